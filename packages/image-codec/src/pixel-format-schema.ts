import * as v from "valibot";
import { type PixelFormat, pixelFormats } from "./pixel-format.ts";

/** A pixel format that this version knows. */
export const pixelFormatSchema: v.GenericSchema<unknown, PixelFormat> = v.picklist(pixelFormats);
