import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildApp } from '../../lib/app';
import type { Configuration } from '../../lib/config';
import { projectWithEmptyFunctions, type Resource } from './synthesized';
import { temporaryFolder } from './temporary-folder';

/** What is written for one configuration. */
export class Written {
  readonly outdir = temporaryFolder();

  constructor(readonly configuration: Configuration) {
    const projectRoot = projectWithEmptyFunctions();
    buildApp({ configuration, outdir: this.outdir, projectRoot, checks: false }).synth();
  }

  /** Paths of all templates, those in the stages of the pipeline too. */
  paths(): string[] {
    const files = readdirSync(this.outdir, { recursive: true, encoding: 'utf8' });
    return files.filter((file) => file.endsWith('.template.json')).sort();
  }

  text(path: string): string {
    return readFileSync(join(this.outdir, path), 'utf8');
  }

  resources(path = 'Pipeline.template.json'): Readonly<Record<string, Resource>> {
    return JSON.parse(this.text(path)).Resources;
  }

  ofType(type: string, path?: string): Resource[] {
    return Object.values(this.resources(path)).filter((resource) => resource.Type === type);
  }

  stages(): readonly Stage[] {
    return this.ofType('AWS::CodePipeline::Pipeline').flatMap(({ Properties }) => Properties.Stages as Stage[]);
  }

  sources(): readonly Action[] {
    return this.stages()[0]?.Actions ?? [];
  }

  /** Commands of a build project, by the end of its description. */
  commandsOf(step: string): { readonly install: readonly string[]; readonly build: readonly string[] } {
    const specs = this.ofType('AWS::CodeBuild::Project')
      .filter(({ Properties }) => String(Properties.Description).endsWith(step))
      .map(({ Properties }) => (Properties.Source as { BuildSpec: string }).BuildSpec);
    const { phases } = JSON.parse(specs[0] ?? '');
    return { install: phases.install.commands, build: phases.build.commands };
  }
}

export interface Action {
  readonly Name: string;
  readonly RunOrder: number;
  readonly Region?: string;
  readonly ActionTypeId: { readonly Provider: string };
  readonly Configuration: Readonly<Record<string, unknown>>;
}

export interface Stage {
  readonly Name: string;
  readonly Actions: readonly Action[];
}
