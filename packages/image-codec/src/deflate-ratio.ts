/** No zlib stream holds more bytes than this for each of its own: https://zlib.net/zlib_tech.html */
export const deflateRatio = 1032;
