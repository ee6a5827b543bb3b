/** What somebody else changed is made as it was declared, or only told. */
export type DriftMode = 'repair' | 'report';
