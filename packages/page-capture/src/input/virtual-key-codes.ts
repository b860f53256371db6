// The numbers are the Windows virtual key codes of
// https://learn.microsoft.com/windows/win32/inputdev/virtual-key-codes, assigned to keys as in Chromium's
// ui/events/keycodes/keyboard_code_conversion.cc. Pages see them as `keyCode`.

const named: Readonly<Record<string, number>> = {
  Backspace: 8,
  Tab: 9,
  Clear: 12,
  Enter: 13,
  Shift: 16,
  Control: 17,
  Alt: 18,
  AltGraph: 18,
  Pause: 19,
  CapsLock: 20,
  KanaMode: 21,
  HangulMode: 21,
  JunjaMode: 23,
  HanjaMode: 25,
  KanjiMode: 25,
  Escape: 27,
  Convert: 28,
  NonConvert: 29,
  Accept: 30,
  ModeChange: 31,
  PageUp: 33,
  PageDown: 34,
  End: 35,
  Home: 36,
  ArrowLeft: 37,
  ArrowUp: 38,
  ArrowRight: 39,
  ArrowDown: 40,
  Select: 41,
  Print: 42,
  Execute: 43,
  PrintScreen: 44,
  Insert: 45,
  Delete: 46,
  Help: 47,
  Meta: 91,
  OS: 91,
  ContextMenu: 93,
  Standby: 95,
  NumLock: 144,
  ScrollLock: 145,
  BrowserBack: 166,
  BrowserForward: 167,
  BrowserRefresh: 168,
  BrowserStop: 169,
  BrowserSearch: 170,
  BrowserFavorites: 171,
  BrowserHome: 172,
  AudioVolumeMute: 173,
  AudioVolumeDown: 174,
  AudioVolumeUp: 175,
  MediaTrackNext: 176,
  MediaTrackPrevious: 177,
  MediaStop: 178,
  MediaPlayPause: 179,
  LaunchMail: 180,
  LaunchMediaPlayer: 181,
  LaunchApplication1: 182,
  LaunchApplication2: 183,
  Process: 229,
};

const numpad: Readonly<Record<string, number>> = {
  NumpadMultiply: 106,
  NumpadAdd: 107,
  NumpadSubtract: 109,
  NumpadDecimal: 110,
  NumpadDivide: 111,
  NumpadEqual: 187,
  NumpadComma: 194,
};

const punctuation: Readonly<Record<string, number>> = {
  ";": 186,
  "=": 187,
  ",": 188,
  "-": 189,
  ".": 190,
  "/": 191,
  "`": 192,
  "[": 219,
  "\\": 220,
  "]": 221,
  "'": 222,
};

const byCode: Readonly<Record<string, number>> = {
  Space: 32,
  Semicolon: 186,
  Equal: 187,
  Comma: 188,
  Minus: 189,
  Period: 190,
  Slash: 191,
  Backquote: 192,
  IntlRo: 193,
  BracketLeft: 219,
  Backslash: 220,
  IntlYen: 220,
  BracketRight: 221,
  Quote: 222,
  IntlBackslash: 226,
};

/**
 * Returns the Windows virtual key code for `key` and `code` of a KeyboardEvent, or 0 if there is none. A character of a
 * non-Latin layout gets the code of the key's position on the US layout, so shortcuts work on every layout.
 */
export function virtualKeyCode(key: string, code: string): number {
  const special = named[key] ?? functionKey(key) ?? numpadKey(code);
  if (special !== undefined) return special;
  if (/^[a-z0-9]$/i.test(key)) return key.toUpperCase().charCodeAt(0);
  const position = /^(?:Key([A-Z])|Digit([0-9]))$/.exec(code);
  const letterOrDigit = position?.[1] ?? position?.[2];
  return letterOrDigit?.charCodeAt(0) ?? punctuation[key] ?? byCode[code] ?? 0;
}

function functionKey(key: string): number | undefined {
  const number = Number(/^F([1-9]\d?)$/.exec(key)?.[1]);
  return number <= 24 ? 111 + number : undefined;
}

function numpadKey(code: string): number | undefined {
  const digit = /^Numpad([0-9])$/.exec(code)?.[1];
  return digit === undefined ? numpad[code] : 96 + Number(digit);
}
