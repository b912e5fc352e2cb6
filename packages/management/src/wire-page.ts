import type { PageOptions } from './listing.ts';
import { invalidArgument } from './management-error.ts';

const MAX_PER_PAGE = 100;

/** @throws ManagementError `CONFIG_INVALID` */
export function pageQuery({ perPage = MAX_PER_PAGE, page }: PageOptions): URLSearchParams {
  if (!Number.isInteger(perPage) || perPage < 1 || perPage > MAX_PER_PAGE) {
    throw invalidArgument(`\`perPage\` is a whole number from 1 to ${MAX_PER_PAGE}.`);
  }
  const query = new URLSearchParams({ per_page: String(perPage) });
  if (page !== undefined) query.set('page', String(page));
  return query;
}
