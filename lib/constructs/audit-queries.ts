import { CfnNamedQuery, CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import { Construct } from 'constructs';
import { auditQueries } from '../audit-queries';
import { AUDIT_COLUMNS, AUDIT_TABLE } from '../audit-table';
import type { ArtefactsBucket } from './artefacts-bucket';
import { AUDIT_PREFIX, type AuditBucket } from './audit-bucket';
import type { Installation } from './installation';

export interface AuditQueriesProps {
  readonly bucket: AuditBucket;
  /** Where the results of queries go: the audit bucket takes none. */
  readonly results: ArtefactsBucket;
}

/** Nothing is older than the solution itself. */
const FIRST_DAY = '2026-01-01';

/** The trail as a table of Athena, and the queries that people have of it. Nothing of it runs or costs anything by itself. */
export class AuditQueries extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly installation: Installation,
    { bucket, results }: AuditQueriesProps,
  ) {
    super(scope, id);
    const table = this.createTable(`s3://${bucket.bucketName}/${AUDIT_PREFIX}`);
    const workGroup = this.createWorkGroup(`s3://${results.bucketName}/audit-queries/`);
    for (const { name, description, sql } of auditQueries(installation.names.auditDatabase())) {
      const query = new CfnNamedQuery(this, `Query-${name}`, {
        name,
        description,
        database: installation.names.auditDatabase(),
        queryString: sql,
        workGroup: workGroup.ref,
      });
      // AWS: the query names the table in its text alone.
      query.addResourceDependency(table);
    }
  }

  private createTable(location: string): CfnTable {
    const { names, configuration } = this.installation;
    const { accountId: catalogId } = configuration.target;
    const database = new CfnDatabase(this, 'Database', {
      catalogId,
      databaseInput: { name: names.auditDatabase(), description: 'The audit trail of Identity Center Extensions' },
    });
    return new CfnTable(this, 'Table', {
      catalogId,
      databaseName: database.ref,
      tableInput: {
        name: AUDIT_TABLE,
        description: 'One event a row; an event may be there twice, with the same eventid',
        tableType: 'EXTERNAL_TABLE',
        partitionKeys: [{ name: 'day', type: 'string', comment: 'yyyy-MM-dd, UTC' }],
        parameters: projection(location),
        storageDescriptor: {
          columns: AUDIT_COLUMNS.map((column) => ({ ...column })),
          location,
          inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
          outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
          serdeInfo: {
            serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe',
            parameters: { 'case.insensitive': 'true' },
          },
        },
      },
    });
  }

  private createWorkGroup(outputLocation: string): CfnWorkGroup {
    const { names, key } = this.installation;
    return new CfnWorkGroup(this, 'WorkGroup', {
      name: names.auditWorkGroup(),
      description: 'Queries of the audit trail',
      // Else queries that were asked would keep the stack from being deleted.
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: false,
        resultConfiguration: {
          outputLocation,
          encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKey: key.arn },
        },
      },
    });
  }
}

/** AWS: partitions follow from their names; nobody has to add them day by day. */
function projection(location: string): Readonly<Record<string, string>> {
  return {
    classification: 'json',
    'projection.enabled': 'true',
    'projection.day.type': 'date',
    'projection.day.format': 'yyyy-MM-dd',
    'projection.day.range': `${FIRST_DAY},NOW`,
    'projection.day.interval': '1',
    'projection.day.interval.unit': 'DAYS',
    'storage.location.template': `${location}day=\${day}/`,
  };
}
