import type { Message, NewMessagesEvent, TestRequestEvent, UnknownEvent } from './event-types.ts';
import * as contract from './schemas.ts';

/**
 * The stable part of a schema, whatever library made it: two ways to parse, and Standard Schema (standardschema.dev),
 * which other libraries accept. These types do not refer to zod, so nobody needs zod to use them.
 */
export interface EventSchema<Output> {
  /** Returns the value if it fits, otherwise throws. */
  parse(value: unknown): Output;
  safeParse(value: unknown): { success: true; data: Output } | { success: false; error: SchemaError };
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    validate(value: unknown): SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

/** Why a value does not fit a schema: each place by its path. */
export interface SchemaError extends Error {
  issues: { path: PropertyKey[]; message: string }[];
}

type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | {
      readonly issues: readonly {
        readonly message: string;
        readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
      }[];
    };

/** One item of `new_messages`. */
export const messageSchema: EventSchema<Message> = contract.messageSchema;

/** The event that carries messages. */
export const newMessagesSchema: EventSchema<NewMessagesEvent> = contract.newMessagesSchema;

/** The event of the test button. */
export const testRequestSchema: EventSchema<TestRequestEvent> = contract.testRequestSchema;

/** Any event at all (R8). */
export const anyEventSchema: EventSchema<UnknownEvent> = contract.anyEventSchema;
