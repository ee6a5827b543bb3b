import { intrinsicOf, SUBSTITUTION } from './intrinsics';
import { isRecord } from './resource';

/** One mention of another element of the template by an intrinsic function. */
export interface Reference {
  readonly name: string;
  /** Present for `Fn::GetAtt` and `${Resource.Attribute}`. */
  readonly attribute?: string;
}

/** Every parameter, pseudo parameter and resource that a value refers to, wherever it is nested. */
export function referencesOf(value: unknown): readonly Reference[] {
  if (Array.isArray(value)) return value.flatMap(referencesOf);
  if (!isRecord(value)) return [];
  const call = intrinsicOf(value);
  if (call?.name === 'Ref') return [{ name: String(call.argument) }];
  if (call?.name === 'Fn::GetAtt') return attributeReferences(call.argument);
  if (call?.name === 'Fn::Sub') return substitutionReferences(call.argument);
  return Object.values(value).flatMap(referencesOf);
}

function attributeReferences(argument: unknown): readonly Reference[] {
  if (typeof argument === 'string') return [dotted(argument)];
  if (!Array.isArray(argument)) return [];
  const [name, attribute] = argument;
  if (typeof attribute !== 'string') return [{ name: String(name) }, ...referencesOf(attribute)];
  return [{ name: String(name), attribute }];
}

function substitutionReferences(argument: unknown): readonly Reference[] {
  const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const own: Readonly<Record<string, unknown>> = isRecord(variables) ? variables : {};
  const names = [...String(template).matchAll(SUBSTITUTION)]
    .filter(([, literal, name]) => literal !== '!' && !Object.hasOwn(own, name ?? ''))
    .map(([, , name]) => dotted(name ?? ''));
  return [...names, ...referencesOf(own)];
}

function dotted(path: string): Reference {
  const dot = path.indexOf('.');
  return dot < 0 ? { name: path } : { name: path.slice(0, dot), attribute: path.slice(dot + 1) };
}
