/** Returns the ffmpeg arguments that capture the screen. Throws a user-facing Error if capturing is not possible. */
export function grabArguments(
  framesPerSecond: number,
  platform: NodeJS.Platform,
  env: NodeJS.ProcessEnv,
): string[] {
  const rate = ["-framerate", String(framesPerSecond)];
  switch (platform) {
    case "linux":
      if (env.XDG_SESSION_TYPE === "wayland")
        throw new Error("ffmpeg cannot capture the screen under Wayland");
      if (!env.DISPLAY) throw new Error("there is no X display (DISPLAY is not set)");
      return ["-f", "x11grab", ...rate, "-i", env.DISPLAY];
    case "darwin":
      return ["-f", "avfoundation", ...rate, "-capture_cursor", "1", "-i", "Capture screen 0:none"];
    case "win32":
      return ["-f", "gdigrab", ...rate, "-i", "desktop"];
    default:
      throw new Error(`capturing the screen is not supported on ${platform}`);
  }
}
