/** What a server showed of itself; `problem` is OpenSSL's or Node's word for why it is not trusted. */
export type ServerCertificate = {
  readonly subject: string;
  readonly issuer: string;
  /** The host names and addresses that it is for. */
  readonly names: string;
  /** In milliseconds since the epoch. */
  readonly beganMs: number;
  readonly endsMs: number;
  readonly problem?: string;
};
