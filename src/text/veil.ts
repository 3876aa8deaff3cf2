const inspected = Symbol.for('nodejs.util.inspect.custom');

type Inspect = (value: unknown, options: object) => string;

/**
 * Has a value shown as something else by `console.log`, `util.inspect` and `JSON.stringify`. Whoever reads its members gets
 * what they are, and two values are compared by them.
 */
export function veil<Value extends object>(value: Value, show: () => unknown): Value {
  return Object.defineProperties(value, {
    toJSON: { value: show, configurable: true },
    [inspected]: {
      value: (_depth: number, options: object, inspect: Inspect) => inspect(show(), options),
      configurable: true,
    },
  });
}
