/**
 * Whether an SPDX licence expression can be followed by following accepted licences only: of `A OR B` one is enough,
 * of `A AND B` both are needed. What is no expression is not accepted.
 */
export function isAcceptedLicence(expression: string, accepted: ReadonlySet<string>): boolean {
  const words = expression.match(/[()]|[^\s()]+/g) ?? [];
  let position = 0;

  const some = (): boolean => {
    let isAccepted = every();
    while (words[position] === 'OR') {
      position += 1;
      isAccepted = every() || isAccepted;
    }
    return isAccepted;
  };
  const every = (): boolean => {
    let isAccepted = one();
    while (words[position] === 'AND') {
      position += 1;
      isAccepted = one() && isAccepted;
    }
    return isAccepted;
  };
  const one = (): boolean => {
    const word = words[position];
    position += 1;
    if (word !== '(') return accepted.has(word ?? '');
    const isAccepted = some();
    const isClosed = words[position] === ')';
    position += 1;
    return isAccepted && isClosed;
  };

  return some() && position === words.length;
}
