import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../clock';
import type { Principal } from '../service';

/** Temporary credentials of a role, and the caller they stand for. */
export interface RoleSession {
  readonly credentials: Credentials;
  readonly principal: Principal;
  /** `<role id>:<session name>`: the value of `aws:userid`. */
  readonly userId: string;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Simulated time. */
  readonly expiration: Date;
}

/** Ended sessions are remembered this long, so that their keys answer "expired" and not "unknown". Simulated time. */
const REMEMBER_ENDED_MS = 24 * 3600 * 1000;
/** Sessions between two sweeps. */
const SWEEP_EVERY = 1000;

/** The temporary access keys that AssumeRole has handed out. */
export class RoleSessions {
  private readonly sessions = new Map<string, RoleSession>();
  private opened = 0;

  constructor(private readonly clock: Clock) {}

  open(principal: Principal, roleId: string, durationSeconds: number): RoleSession {
    this.opened += 1;
    if (this.opened % SWEEP_EVERY === 0) this.sweep();
    // Keys are secrets even in a simulation: they come from the system's generator, not from the seed.
    const secret = randomBytes(48);
    const accessKeyId = `ASIA${createHash('sha256').update(secret).digest('hex').slice(0, 16).toUpperCase()}`;
    const session: RoleSession = {
      principal,
      userId: `${roleId}:${principal.sessionName ?? ''}`,
      credentials: {
        accessKeyId,
        secretAccessKey: secret.subarray(0, 30).toString('base64'),
        sessionToken: createHash('sha512').update(secret).digest('base64'),
        expiration: new Date(this.clock.now() + durationSeconds * 1000),
      },
    };
    this.sessions.set(accessKeyId, session);
    return session;
  }

  find(accessKeyId: string): RoleSession | undefined {
    return this.sessions.get(accessKeyId);
  }

  isExpired(session: RoleSession): boolean {
    return session.credentials.expiration.getTime() <= this.clock.now();
  }

  private sweep(): void {
    const oldest = this.clock.now() - REMEMBER_ENDED_MS;
    for (const [key, session] of this.sessions) {
      if (session.credentials.expiration.getTime() < oldest) this.sessions.delete(key);
    }
  }
}
