import { rmSync } from 'node:fs';

export default function globalTeardown(): void {
  const directory = process.env.LOCAL_ASSEMBLY;
  if (directory?.includes('e2e-assembly-')) rmSync(directory, { recursive: true, force: true });
}
