;; Inner loops over pixels, four at a time. Loads and stores may reach up to 16 bytes beyond the last pixel.
;; Addresses below 256 hold the tables that pixel-kernels.ts describes. A byte order is 16 bytes. Each byte selects the
;; source byte of its position; a value above 15 makes the result 0.
(module
  (memory (export "memory") 4)

  ;; Copies pixels in another byte order.
  ;; With three bytes per pixel, a store writes 12 bytes of pixels and 4 bytes that the next store overwrites.
  (func (export "swizzle")
    (param $from i32) (param $end i32) (param $fromStep i32) (param $to i32) (param $toStep i32)
    (local $order v128) (local $opaque v128)
    (local.set $order (v128.load (i32.const 0)))
    (local.set $opaque (v128.load (i32.const 16)))
    (loop $next
      (v128.store (local.get $to)
        (v128.or (local.get $opaque) (i8x16.swizzle (v128.load (local.get $from)) (local.get $order))))
      (local.set $to (i32.add (local.get $to) (local.get $toStep)))
      (br_if $next
        (i32.lt_u
          (local.tee $from (i32.add (local.get $from) (local.get $fromStep)))
          (local.get $end)))))

  ;; Converts a row of luma and its row of chroma to RGB.
  (func (export "yuvToRgb")
    (param $y i32) (param $end i32) (param $u i32) (param $v i32) (param $chromaStep i32) (param $to i32) (param $toStep i32)
    (local $order v128) (local $opaque v128) (local $chromaOrder v128)
    (local $lumaOffset v128) (local $lumaScale v128)
    (local $redOfV v128) (local $greenOfU v128) (local $greenOfV v128) (local $blueOfU v128)
    (local $round v128) (local $light v128) (local $uPart v128) (local $vPart v128)
    (local.set $order (v128.load (i32.const 0)))
    (local.set $opaque (v128.load (i32.const 16)))
    (local.set $chromaOrder (v128.load (i32.const 32)))
    (local.set $lumaOffset (v128.load32_splat (i32.const 64)))
    (local.set $lumaScale (v128.load32_splat (i32.const 68)))
    (local.set $redOfV (v128.load32_splat (i32.const 72)))
    (local.set $greenOfU (v128.load32_splat (i32.const 76)))
    (local.set $greenOfV (v128.load32_splat (i32.const 80)))
    (local.set $blueOfU (v128.load32_splat (i32.const 84)))
    ;; Adding 1.5 * 2^23 leaves no bits for a fraction, so the sum is rounded. Subtracting the bits of the same constant as
    ;; integers gives the rounded integer.
    (local.set $round (v128.const f32x4 12582912 12582912 12582912 12582912))
    (loop $next
      (local.set $light
        (f32x4.mul (local.get $lumaScale)
          (f32x4.sub
            (f32x4.convert_i32x4_s
              (i8x16.swizzle (v128.load32_zero (local.get $y))
                (v128.const i8x16 0 -1 -1 -1 1 -1 -1 -1 2 -1 -1 -1 3 -1 -1 -1)))
            (local.get $lumaOffset))))
      (local.set $uPart
        (f32x4.sub
          (f32x4.convert_i32x4_s (i8x16.swizzle (v128.load32_zero (local.get $u)) (local.get $chromaOrder)))
          (v128.const f32x4 128 128 128 128)))
      (local.set $vPart
        (f32x4.sub
          (f32x4.convert_i32x4_s (i8x16.swizzle (v128.load32_zero (local.get $v)) (local.get $chromaOrder)))
          (v128.const f32x4 128 128 128 128)))
      ;; Clamps four reds, four greens and four blues to bytes, then puts them in the order of the format.
      (v128.store (local.get $to)
        (v128.or (local.get $opaque)
          (i8x16.swizzle
            (i8x16.narrow_i16x8_u
              (i16x8.narrow_i32x4_s
                (i32x4.sub
                  (f32x4.add (local.get $round)
                    (f32x4.add (local.get $light) (f32x4.mul (local.get $redOfV) (local.get $vPart))))
                  (local.get $round))
                (i32x4.sub
                  (f32x4.add (local.get $round)
                    (f32x4.add
                      (f32x4.add (local.get $light) (f32x4.mul (local.get $greenOfU) (local.get $uPart)))
                      (f32x4.mul (local.get $greenOfV) (local.get $vPart))))
                  (local.get $round)))
              (i16x8.narrow_i32x4_s
                (i32x4.sub
                  (f32x4.add (local.get $round)
                    (f32x4.add (local.get $light) (f32x4.mul (local.get $blueOfU) (local.get $uPart))))
                  (local.get $round))
                (local.get $order)))
            (local.get $order))))
      (local.set $u (i32.add (local.get $u) (local.get $chromaStep)))
      (local.set $v (i32.add (local.get $v) (local.get $chromaStep)))
      (local.set $to (i32.add (local.get $to) (local.get $toStep)))
      (br_if $next
        (i32.lt_u (local.tee $y (i32.add (local.get $y) (i32.const 4))) (local.get $end)))))

  ;; Converts a row of RGB to luma.
  (func (export "rgbToLuma")
    (param $from i32) (param $end i32) (param $fromStep i32) (param $y i32)
    (local $redOrder v128) (local $greenOrder v128) (local $blueOrder v128)
    (local $offset v128) (local $ofRed v128) (local $ofGreen v128) (local $ofBlue v128)
    (local $round v128) (local $pixels v128) (local $sum v128)
    (local.set $redOrder (v128.load (i32.const 0)))
    (local.set $greenOrder (v128.load (i32.const 16)))
    (local.set $blueOrder (v128.load (i32.const 32)))
    (local.set $offset (v128.load32_splat (i32.const 64)))
    (local.set $ofRed (v128.load32_splat (i32.const 68)))
    (local.set $ofGreen (v128.load32_splat (i32.const 72)))
    (local.set $ofBlue (v128.load32_splat (i32.const 76)))
    (local.set $round (v128.const f32x4 12582912 12582912 12582912 12582912))
    (loop $next
      (local.set $pixels (v128.load (local.get $from)))
      (local.set $sum
        (i32x4.sub
          (f32x4.add (local.get $round)
            (f32x4.add
              (f32x4.add
                (f32x4.add (local.get $offset)
                  (f32x4.mul (local.get $ofRed)
                    (f32x4.convert_i32x4_s (i8x16.swizzle (local.get $pixels) (local.get $redOrder)))))
                (f32x4.mul (local.get $ofGreen)
                  (f32x4.convert_i32x4_s (i8x16.swizzle (local.get $pixels) (local.get $greenOrder)))))
              (f32x4.mul (local.get $ofBlue)
                (f32x4.convert_i32x4_s (i8x16.swizzle (local.get $pixels) (local.get $blueOrder))))))
          (local.get $round)))
      (local.set $sum (i16x8.narrow_i32x4_s (local.get $sum) (local.get $sum)))
      (v128.store32_lane 0 (local.get $y) (i8x16.narrow_i16x8_u (local.get $sum) (local.get $sum)))
      (local.set $y (i32.add (local.get $y) (i32.const 4)))
      (br_if $next
        (i32.lt_u
          (local.tee $from (i32.add (local.get $from) (local.get $fromStep)))
          (local.get $end)))))

  ;; Converts two rows of RGB to one row of chroma.
  (func (export "rgbToChroma")
    (param $top i32) (param $end i32) (param $bottom i32) (param $fromStep i32)
    (param $u i32) (param $v i32) (param $chromaStep i32)
    (local $redOrder v128) (local $greenOrder v128) (local $blueOrder v128) (local $chromaOrder v128)
    (local $uOffset v128) (local $uOfRed v128) (local $uOfGreen v128) (local $uOfBlue v128)
    (local $vOffset v128) (local $vOfRed v128) (local $vOfGreen v128) (local $vOfBlue v128)
    (local $round v128) (local $above v128) (local $below v128)
    (local $red v128) (local $green v128) (local $blue v128)
    (local.set $redOrder (v128.load (i32.const 0)))
    (local.set $greenOrder (v128.load (i32.const 16)))
    (local.set $blueOrder (v128.load (i32.const 32)))
    (local.set $chromaOrder (v128.load (i32.const 48)))
    (local.set $uOffset (v128.load32_splat (i32.const 80)))
    (local.set $uOfRed (v128.load32_splat (i32.const 84)))
    (local.set $uOfGreen (v128.load32_splat (i32.const 88)))
    (local.set $uOfBlue (v128.load32_splat (i32.const 92)))
    (local.set $vOffset (v128.load32_splat (i32.const 96)))
    (local.set $vOfRed (v128.load32_splat (i32.const 100)))
    (local.set $vOfGreen (v128.load32_splat (i32.const 104)))
    (local.set $vOfBlue (v128.load32_splat (i32.const 108)))
    (local.set $round (v128.const f32x4 12582912 12582912 12582912 12582912))
    (loop $next
      (local.set $above (v128.load (local.get $top)))
      (local.set $below (v128.load (local.get $bottom)))
      ;; Adds the pixel above and the pixel below, then adjacent columns: lanes 0 and 2 hold the sums of four pixels.
      (local.set $red
        (i32x4.add
          (i8x16.swizzle (local.get $above) (local.get $redOrder))
          (i8x16.swizzle (local.get $below) (local.get $redOrder))))
      (local.set $green
        (i32x4.add
          (i8x16.swizzle (local.get $above) (local.get $greenOrder))
          (i8x16.swizzle (local.get $below) (local.get $greenOrder))))
      (local.set $blue
        (i32x4.add
          (i8x16.swizzle (local.get $above) (local.get $blueOrder))
          (i8x16.swizzle (local.get $below) (local.get $blueOrder))))
      (local.set $red
        (f32x4.convert_i32x4_s (i32x4.add (local.get $red) (i64x2.shr_u (local.get $red) (i32.const 32)))))
      (local.set $green
        (f32x4.convert_i32x4_s (i32x4.add (local.get $green) (i64x2.shr_u (local.get $green) (i32.const 32)))))
      (local.set $blue
        (f32x4.convert_i32x4_s (i32x4.add (local.get $blue) (i64x2.shr_u (local.get $blue) (i32.const 32)))))
      (local.set $above
        (i16x8.narrow_i32x4_s
          (i32x4.sub
            (f32x4.add (local.get $round)
              (f32x4.add
                (f32x4.add
                  (f32x4.add (local.get $uOffset)
                    (f32x4.mul (local.get $uOfRed) (local.get $red)))
                  (f32x4.mul (local.get $uOfGreen) (local.get $green)))
                (f32x4.mul (local.get $uOfBlue) (local.get $blue))))
            (local.get $round))
          (i32x4.sub
            (f32x4.add (local.get $round)
              (f32x4.add
                (f32x4.add
                  (f32x4.add (local.get $vOffset)
                    (f32x4.mul (local.get $vOfRed) (local.get $red)))
                  (f32x4.mul (local.get $vOfGreen) (local.get $green)))
                (f32x4.mul (local.get $vOfBlue) (local.get $blue))))
            (local.get $round))))
      (local.set $above
        (i8x16.swizzle (i8x16.narrow_i16x8_u (local.get $above) (local.get $above)) (local.get $chromaOrder)))
      (v128.store32_lane 0 (local.get $u) (local.get $above))
      (v128.store32_lane 1 (local.get $v) (local.get $above))
      (local.set $bottom (i32.add (local.get $bottom) (local.get $fromStep)))
      (local.set $u (i32.add (local.get $u) (local.get $chromaStep)))
      (local.set $v (i32.add (local.get $v) (local.get $chromaStep)))
      (br_if $next
        (i32.lt_u
          (local.tee $top (i32.add (local.get $top) (local.get $fromStep)))
          (local.get $end))))))
