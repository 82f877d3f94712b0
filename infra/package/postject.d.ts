// The part of postject in use: it puts a blob into an executable, which Node finds there.
declare module "postject" {
  export function inject(executable: string, resource: string, content: Buffer, options: { sentinelFuse: string }): Promise<void>;
}
