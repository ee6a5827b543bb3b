import { judgePlan, type PassSummary } from './judge-plan';

export const handler = async (summary: PassSummary) => judgePlan(summary);
