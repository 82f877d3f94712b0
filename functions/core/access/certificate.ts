// What a TLS handshake reveals about a server's certificate, as doctor judges it.

/** The certificate that a server presented; `problem` is the code of OpenSSL or Node for why it is not trusted. */
export type ServerCertificate = {
  readonly subject: string;
  readonly issuer: string;
  /** The host names and addresses that it is valid for. */
  readonly names: string;
  /** In milliseconds since the epoch. */
  readonly beganMs: number;
  readonly endsMs: number;
  readonly problem?: string;
};
