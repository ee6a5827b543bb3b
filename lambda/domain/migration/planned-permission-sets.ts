import type { OnConflict } from '../import-report';
import { differingFields } from '../live-permission-set';
import type { PermissionSet } from '../permission-set';
import { type Definition, definitionOf } from '../permission-set-definition';
import { type ComparedPermissionSet, comparePermissionSet } from './compared-permission-set';
import type { Finding, LeftOut } from './finding';

/** What is known of a permission set that is not declared here. */
export type Standing =
  /** It is there, and like this. */
  | { readonly kind: 'live'; readonly live: Definition }
  /** It is there, and differs in these parts; how is not known. */
  | { readonly kind: 'differs'; readonly parts: readonly string[] }
  /** It is as its document says, there is none, or nobody looked. */
  | { readonly kind: 'fits' }
  | { readonly kind: 'refused'; readonly why: string };

export interface PlannedPermissionSets {
  /** To be submitted. */
  readonly submit: readonly PermissionSet[];
  /** Names of those that are declared as they are to be. */
  readonly known: readonly string[];
  readonly leftOut: readonly LeftOut[];
  readonly findings: readonly Finding[];
}

interface Here {
  /** Declared in this installation, by name. */
  readonly declared: ReadonlyMap<string, PermissionSet>;
  readonly standings: ReadonlyMap<string, Standing>;
}

const DECIDE = 'decide with --on-conflict keepDocument (what the predecessor says) or takeLive (what is there)';

/** Compares what the predecessor declares with what is declared here or, where nothing is, with what is there. */
export function planPermissionSets(
  documents: readonly PermissionSet[],
  { declared, standings }: Here,
  onConflict: OnConflict | undefined,
): PlannedPermissionSets {
  const decided = documents.map((document) => {
    const subject = document.permissionSetName;
    const own = declared.get(subject);
    const outcome = own
      ? decideDeclared(document, definitionOf(own), onConflict)
      : decide(document, standings.get(subject) ?? { kind: 'fits' }, onConflict);
    return { subject, ...outcome };
  });
  return {
    submit: decided.flatMap(({ submit }) => submit ?? []),
    known: decided.filter(({ isKnown }) => isKnown).map(({ subject }) => subject),
    leftOut: decided.flatMap(({ subject, why }) => (why ? [{ kind: 'permissionSet', subject, why } as const] : [])),
    findings: decided.flatMap(({ findings }) => findings),
  };
}

/** Exactly one of submission, knowing and leaving out. */
interface Outcome {
  readonly submit?: PermissionSet;
  readonly isKnown?: true;
  readonly why?: string;
  readonly findings: readonly Finding[];
}

function decideDeclared(document: PermissionSet, live: Definition, onConflict: OnConflict | undefined): Outcome {
  const outcome = decide(document, { kind: 'live', live }, onConflict);
  const isKnown = outcome.submit !== undefined && differingFields(outcome.submit, live).length === 0;
  return isKnown ? { isKnown, findings: outcome.findings } : outcome;
}

function decide(document: PermissionSet, standing: Standing, onConflict: OnConflict | undefined): Outcome {
  const subject = document.permissionSetName;
  switch (standing.kind) {
    case 'live': {
      const compared = comparePermissionSet(document, standing.live, onConflict);
      const findings = comparisonFindings(subject, compared);
      if (compared.document) return { submit: compared.document, findings };
      return { why: 'it differs from what is there: --on-conflict decides', findings };
    }
    case 'differs': {
      const isKept = onConflict === 'keepDocument';
      const told = isKept ? '--on-conflict keepDocument' : blindly(onConflict);
      const findings = [{ kind: 'different', subject, message: `${standing.parts.join(', ')}: ${told}` } as const];
      return isKept ? { submit: document, findings } : { why: `it differs from what is there: ${told}`, findings };
    }
    case 'refused':
      return { why: standing.why, findings: [{ kind: 'refused', subject, message: standing.why }] };
    case 'fits':
      return { submit: document, findings: [] };
  }
}

function blindly(onConflict: OnConflict | undefined): string {
  const look = '--identity-center-profile shows how, and takes what an import of the predecessor had lost';
  return onConflict === 'takeLive' ? `takeLive needs --identity-center-profile` : `${look}; else ${DECIDE}`;
}

function comparisonFindings(subject: string, { document, repaired, fields }: ComparedPermissionSet): Finding[] {
  const lost: Finding[] = repaired.length > 0 ? [{ kind: 'truncated', subject, message: repaired.join(', ') }] : [];
  if (fields.length === 0) return lost;
  const sides = fields.map(
    ({ field, document: said, live }) =>
      `${field} is ${JSON.stringify(live)}, the predecessor says ${JSON.stringify(said)}`,
  );
  const decision = document === undefined ? `; ${DECIDE}` : '';
  return [...lost, { kind: 'different', subject, message: `${sides.join('; ')}${decision}` }];
}
