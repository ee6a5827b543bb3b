import { auditEvents } from '../../../lambda/domain/audit/audit-events';
import { type Attributes, changed } from './stored';

const events = (key: { pk: string; sk: string }) => (before: Attributes | undefined, after: Attributes | undefined) =>
  auditEvents(changed(key, before, after)).map(
    ({ eventId: _, at: __, sequence: ___, result: ____, ...event }) => event,
  );

describe('a request tells', () => {
  const told = events({ pk: 'REQUEST#r-1', sk: 'REQUEST' });
  const REQUEST = {
    requestId: 'r-1',
    kind: 'link',
    action: 'create',
    subject: 'root%all%Billing-ps%team%GROUP%ssofile',
    linkId: 'one',
    generation: 3,
    status: 'ACCEPTED',
    submittedBy: 'arn:aws:iam::3:role/alice',
    errors: [],
  };
  const FACTS = {
    callers: ['arn:aws:iam::3:role/alice'],
    requests: ['r-1'],
    action: 'link:create',
    subject: REQUEST.subject,
    linkId: 'one',
    generation: 3,
  };

  test('that it was accepted, with the limits of its link', () => {
    const limits = { expiresAt: '2027-01-01T00:00:00Z' };
    expect(told(undefined, { ...REQUEST, limits })).toEqual([
      { type: 'Request Accepted', ...FACTS, limits: '{"expiresAt":"2027-01-01T00:00:00Z"}' },
    ]);
  });

  test('that it was refused, and why', () => {
    const errors = [{ path: 'file name', message: 'is wrong' }];
    const file = { ...REQUEST, status: 'REJECTED', subject: 'links_data/x', errors };
    expect(told(undefined, file)).toEqual([
      { type: 'Request Refused', ...FACTS, subject: 'links_data/x', errors: ['file name: is wrong'] },
    ]);
  });

  test('each time that it was planned, what it waits for', () => {
    const planned = { ...REQUEST, plannedAt: '1', waitingFor: ['principal: nobody'] };
    expect(told(REQUEST, planned)).toEqual([{ type: 'Request Planned', ...FACTS, waitingFor: ['principal: nobody'] }]);
    expect(told(planned, { ...planned, plannedAt: '2', waitingFor: [] })).toEqual([
      { type: 'Request Planned', ...FACTS },
    ]);
    expect(told(planned, { ...planned, begunAt: '3' })).toEqual([]);
  });

  test('of other kinds how it ended, and of a permission set its name', () => {
    const pass = { ...REQUEST, kind: 'fullPass', action: 'start', subject: 'everything', linkId: undefined };
    expect(told(pass, { ...pass, status: 'DONE', message: 'all compared' })).toMatchObject([
      { type: 'Request Completed', action: 'fullPass:start', reason: 'all compared' },
    ]);
    expect(told(pass, { ...pass, failure: 'denied' })).toMatchObject([{ type: 'Request Failed', reason: 'denied' }]);
    const set = { ...REQUEST, kind: 'permissionSet', action: 'update', subject: 'Billing-ps' };
    expect(told(undefined, set)).toMatchObject([{ action: 'permissionSet:update', permissionSetName: 'Billing-ps' }]);
    const decision = { ...REQUEST, kind: 'plan', action: 'approve', subject: 'plan-9' };
    expect(told(undefined, decision)).toMatchObject([{ action: 'plan:approve', planId: 'plan-9' }]);
  });
});

describe('a held plan tells', () => {
  const told = events({ pk: 'PLAN#plan-9', sk: 'PLAN' });
  const PLAN = {
    planId: 'plan-9',
    status: 'HELD',
    hold: 1,
    reason: 'over Guard.MaxRemovals',
    causedBy: ['arn:aws:iam::3:role/alice'],
    removals: 200,
    openPairs: 2,
  };
  const BOB = 'arn:aws:iam::3:role/bob';
  const FACTS = { callers: PLAN.causedBy, planId: 'plan-9', removals: 200 };
  const APPROVED = { ...PLAN, status: 'APPROVED', approvedBy: BOB };

  test('that it is held, and held again', () => {
    expect(told(undefined, PLAN)).toEqual([{ type: 'Plan Held', ...FACTS, reason: 'over Guard.MaxRemovals' }]);
    const again = { ...PLAN, hold: 2, withdrawn: '3 removals were added' };
    expect(told(APPROVED, again)).toEqual([{ type: 'Plan Held', ...FACTS, reason: '3 removals were added' }]);
  });

  test('who decided', () => {
    expect(told(PLAN, APPROVED)).toEqual([{ type: 'Plan Approved', ...FACTS, decidedBy: BOB }]);
    const rejected = { ...PLAN, status: 'REJECTED', rejectedBy: BOB };
    expect(told(PLAN, rejected)).toEqual([{ type: 'Plan Rejected', ...FACTS, decidedBy: BOB }]);
  });

  test('that nothing of it is left, and nothing of what happens in between', () => {
    expect(told(APPROVED, { ...APPROVED, openPairs: 1, releasedIn: 7 })).toEqual([]);
    expect(told({ ...APPROVED, openPairs: 1 }, { ...APPROVED, openPairs: 0 })).toEqual([
      { type: 'Plan Applied', ...FACTS, decidedBy: BOB },
    ]);
  });
});

describe('a permission set tells', () => {
  const told = events({ pk: 'SET#New-ps', sk: 'CONVERGENCE' });
  const short = (before: Attributes | undefined, after: Attributes) =>
    told(before, after).map(({ type, generation, reason, unprovisioned }) =>
      [type, generation, reason, unprovisioned].filter((part) => part !== undefined),
    );
  const BASE = { permissionSetName: 'New-ps', submittedBy: 'arn:aws:iam::3:role/alice' };
  const operation = { id: 'x' };
  const permissionSetArn = 'arn:aws:sso:::permissionSet/ssoins-1/ps-9';
  const LIVE = { ...BASE, permissionSetArn, ownership: 'created', defined: 1, applied: 1 };

  test('how it comes to be, step by step, with its name and generation alone', () => {
    const creating = { ...BASE, operation, ownership: 'creating', incomplete: true };
    expect(short({ ...BASE, operation }, creating)).toEqual([]);
    const created = { ...creating, ownership: 'created', permissionSetArn };
    expect(told(creating, created)).toEqual([
      { type: 'Permission Set Created', callers: [BASE.submittedBy], permissionSetName: 'New-ps', permissionSetArn },
    ]);
    const { incomplete: _, ...complete } = { ...created, defined: 1 };
    expect(short(created, complete)).toEqual([['Permission Set Changed', 1]]);
    expect(short(complete, { ...LIVE, unprovisionedCount: 2 })).toEqual([['Permission Set Applied', 1, 2]]);
  });

  test('that it was adopted, also by an import', () => {
    expect(short(undefined, { ...LIVE, ownership: 'adopted' })).toEqual([
      ['Permission Set Adopted'],
      ['Permission Set Applied', 1],
    ]);
  });

  test('that a difference is being put right, also without a new document', () => {
    const looked = { ...LIVE, operation };
    expect(short(LIVE, looked)).toEqual([]);
    expect(short(looked, { ...looked, incomplete: true })).toEqual([['Permission Set Change Begun']]);
    expect(short({ ...looked, incomplete: true }, looked)).toEqual([['Permission Set Changed', 1]]);
  });

  test('that it failed, was set aside or waits', () => {
    const looked = { ...LIVE, operation };
    expect(short(looked, { ...LIVE, attempts: 1, lastError: 'denied' })).toEqual([['Permission Set Failed', 'denied']]);
    // The service was busy.
    expect(short(looked, { ...LIVE, disturbances: 1, lastError: 'Throttled' })).toEqual([]);
    const parked = { generation: 2, reason: 'denied' };
    expect(short(looked, { ...LIVE, parked })).toEqual([['Permission Set Set Aside', 2, 'denied']]);
    const waitingFor = ['assignments: 3'];
    expect(short(looked, { ...LIVE, waitingFor })).toEqual([['Permission Set Set Aside', 'waits for assignments: 3']]);
    expect(short({ ...looked, waitingFor }, { ...LIVE, waitingFor })).toEqual([]);
  });

  test('that it is gone: deleted, or by somebody else', () => {
    expect(short({ ...LIVE, operation }, { ...BASE, defined: 0, applied: 2 })).toEqual([['Permission Set Deleted', 2]]);
    const { permissionSetArn: arn, ...without } = { ...LIVE, operation };
    expect(told({ ...LIVE, operation }, without)).toMatchObject([
      { type: 'Permission Set Disowned', permissionSetArn: arn },
    ]);
  });
});
