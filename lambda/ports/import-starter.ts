/** Starts an execution of the import. One that runs already waits for the other, and then finds nothing left to do. */
export interface ImportStarter {
  start(): Promise<void>;
}
