import assert from 'node:assert/strict';

/**
 * For specs: what `begin` resolves. When it does not come within so many real milliseconds an assertion fails, and says
 * what is missing; mocha's own limit would not.
 */
export function expected<T>(
  begin: (resolve: (value: T) => void) => void,
  missing: () => string,
  limit = 5_000,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new assert.AssertionError({ message: `${missing()} within ${limit} ms` }));
    }, limit);
    begin((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}
