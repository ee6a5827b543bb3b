import type { PlanDocument } from '../domain/plan-document';

/** Plans are documents: data first, effects later. They are kept, so that every change can be explained. */
export interface PlanStore {
  /** Answers the key under which the document can be read again. */
  save(key: string, document: PlanDocument): Promise<void>;
  load(key: string): Promise<PlanDocument>;
}
