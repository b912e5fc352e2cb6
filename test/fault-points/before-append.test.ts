import { killAtEachPoint } from './kill-at-each-point.ts';

killAtEachPoint('before-append');
