/** Round numbers from 0 up to at least `max`, about `wanted` of them: 0, 20, 40, ... */
export function linearTicks(max: number, wanted = 5): number[] {
  if (!(max > 0)) return [0, 1];
  const rough = max / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const count = Math.ceil(max / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, n) => Number((n * step).toPrecision(12)));
}

/** 1, 2, 5, 10, 20, ... from the last one that is not above `min` to the first that is not below `max`. */
export function logTicks(min: number, max: number): number[] {
  const ticks: number[] = [];
  for (let exponent = Math.floor(Math.log10(min)); ; exponent += 1) {
    for (const factor of [1, 2, 5]) {
      const tick = Number((factor * 10 ** exponent).toPrecision(3));
      if (tick <= min) ticks.length = 0;
      ticks.push(tick);
      if (tick >= max && ticks.length > 1) return ticks;
    }
  }
}

/** 1200000 as 1.2M: as short as an axis wants it. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(3))}k`;
  return String(Number(value.toPrecision(3)));
}
