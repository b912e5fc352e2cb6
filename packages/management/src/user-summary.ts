/** As much of a user as other things say of theirs. */
export interface UserSummary {
  readonly id: number;
  readonly username: string;
  readonly name: string;
}
