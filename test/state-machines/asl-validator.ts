const validator = require('asl-validator') as (definition: unknown) => { readonly errors: readonly unknown[] };

/** Checks a state machine definition against the Amazon States Language; the package ships without types. */
export const validate = validator;
