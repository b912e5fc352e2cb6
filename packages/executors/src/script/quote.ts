export { quoteForShell as quote } from '@fellrunner/core';
