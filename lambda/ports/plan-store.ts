import type { PlanDocument } from '../domain/plan-document';
import type { DocumentStore } from './document-store';

/** Plans are documents: data first, effects later. They are kept, so that every change can be explained. */
export type PlanStore = DocumentStore<PlanDocument>;
