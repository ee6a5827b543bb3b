import { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from '../ports/log';

/** Structured logs; level and service name come from the environment. */
export const logger = new Logger();

export const log: Log = (sentence, fields) => logger.info(sentence, { ...fields });
