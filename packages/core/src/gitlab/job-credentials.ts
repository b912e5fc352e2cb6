/** Which job a call is about, and the token that entitles to it. */
export interface JobCredentials {
  readonly jobId: number;
  readonly token: string;
}
