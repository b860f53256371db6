// The parts of Electron that the examples use, with the types of its own electron.d.ts (45.5.0). Electron is not installed
// here, because its binary needs an install script.
declare module "electron" {
  import type { EventEmitter } from "node:events";

  // biome-ignore lint/suspicious/noExplicitAny: Electron's types have it
  type Any = any;

  export interface Rectangle {
    x: number;
    y: number;
    width: number;
    height: number;
  }
  export interface Size {
    width: number;
    height: number;
  }
  export interface NativeImage {
    getSize(scaleFactor?: number): Size;
    isEmpty(): boolean;
    toBitmap(options?: { scaleFactor?: number }): Buffer;
  }
  export interface WebContents extends EventEmitter {
    on(event: "paint", listener: (details: object, dirtyRect: Rectangle, image: NativeImage) => void): this;
    executeJavaScript(code: string, userGesture?: boolean): Promise<Any>;
    invalidate(): void;
    isDestroyed(): boolean;
    isPainting(): boolean;
    setFrameRate(fps: number): void;
    startPainting(): void;
    stopPainting(): void;
  }
  export interface WebPreferences {
    backgroundThrottling?: boolean;
    offscreen?: boolean | { deviceScaleFactor?: number };
    preload?: string;
  }
  export class BrowserWindow extends EventEmitter {
    constructor(options?: {
      show?: boolean;
      width?: number;
      height?: number;
      webPreferences?: WebPreferences;
    });
    readonly webContents: WebContents;
    loadURL(url: string): Promise<void>;
    loadFile(filePath: string): Promise<void>;
  }
  export const app: EventEmitter & { disableHardwareAcceleration(): void; whenReady(): Promise<void> };

  export interface DesktopCapturerSource {
    id: string;
    name: string;
    display_id: string;
  }
  export const desktopCapturer: {
    getSources(options: {
      types: ("screen" | "window")[];
      thumbnailSize?: Size;
    }): Promise<DesktopCapturerSource[]>;
  };
  export const ipcMain: { handle(channel: string, listener: (event: object, ...args: Any[]) => Any): void };
  export const session: {
    defaultSession: {
      setDisplayMediaRequestHandler(
        handler:
          | ((
              request: { videoRequested: boolean; audioRequested: boolean; userGesture: boolean },
              callback: (streams: { video?: { id: string; name: string } } | null) => void,
            ) => void)
          | null,
      ): void;
    };
  };
}
