import { defaultProvider } from "@aws-sdk/credential-provider-node";

/** The SDK's own search for credentials: it keeps what it finds, and renews what expires. */
export const provider = defaultProvider({ timeout: 1_000, maxRetries: 1 });
