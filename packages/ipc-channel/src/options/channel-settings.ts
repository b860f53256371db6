import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Role } from "../handshake/handshake.ts";
import type { ChannelOptions, ConnectOptions, ListenOptions, SchemaOption } from "./channel-options.ts";
import { checkOptionNames } from "./check-option-names.ts";
import {
  transportConnectOptionNames,
  transportListenOptionNames,
  transportOptionNames,
} from "./option-names.ts";
import {
  type TransportConnectSettings,
  type TransportListenSettings,
  type TransportSettings,
  transportConnectSettings,
  transportListenSettings,
  transportSettings,
} from "./transport-settings.ts";

type Names<Options> = Record<keyof Options, true>;

const overOptionNames: Names<ChannelOptions & { role: Role }> = {
  ...transportOptionNames,
  schema: true,
  role: true,
};
const listenOptionNames: Names<ListenOptions> = { ...transportListenOptionNames, schema: true };
const connectOptionNames: Names<ConnectOptions> = { ...transportConnectOptionNames, schema: true };

interface SchemaSetting<Incoming> {
  readonly schema: StandardSchemaV1<unknown, Incoming> | undefined;
}

/**
 * {@link ChannelOptions}, checked and copied.
 */
export interface ChannelSettings<Incoming> extends TransportSettings, SchemaSetting<Incoming> {}

/**
 * {@link ListenOptions}, checked and copied.
 */
export interface ListenSettings<Incoming> extends TransportListenSettings, SchemaSetting<Incoming> {}

/**
 * {@link ConnectOptions}, checked and copied.
 */
export interface ConnectSettings<Incoming> extends TransportConnectSettings, SchemaSetting<Incoming> {}

/** Checks and copies the options as {@link transportSettings} does, and also the schema and the names of the options. */
export function channelSettings<Incoming>(options: ChannelOptions<Incoming>): ChannelSettings<Incoming> {
  checkOptionNames(options, overOptionNames);
  return { ...transportSettings(options), schema: copySchema(options) };
}

/**
 * Checks and copies the options as {@link transportListenSettings} does, and also the schema and the names of the options.
 */
export function listenSettings<Incoming>(options: ListenOptions<Incoming>): ListenSettings<Incoming> {
  checkOptionNames(options, listenOptionNames);
  return { ...transportListenSettings(options), schema: copySchema(options) };
}

/**
 * Checks and copies the options as {@link transportConnectSettings} does, and also the schema and the names of the options.
 */
export function connectSettings<Incoming>(options: ConnectOptions<Incoming>): ConnectSettings<Incoming> {
  checkOptionNames(options, connectOptionNames);
  return { ...transportConnectSettings(options), schema: copySchema(options) };
}

/** Copies the schema's `validate` method, so that later changes to the schema have no effect. Throws a RangeError if the option is not a Standard Schema. */
function copySchema<T>({ schema }: SchemaOption<T>): StandardSchemaV1<unknown, T> | undefined {
  if (schema === undefined) return undefined;
  const standard = (schema as typeof schema | null)?.["~standard"];
  const validate = standard?.validate;
  if (standard === undefined || typeof validate !== "function") {
    throw new RangeError(
      "schema must be a Standard Schema, an object or function with the property ~standard",
    );
  }
  const { vendor } = standard;
  return { "~standard": { version: 1, vendor, validate: (value) => validate.call(standard, value) } };
}
