import { Logger } from '@aws-lambda-powertools/logger';

/** Structured logs; level and service name come from the environment. */
export const logger = new Logger();
