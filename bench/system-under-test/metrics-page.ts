/** A page of Prometheus metrics, as far as it is asked for. */
export class MetricsPage {
  private readonly samples: readonly Sample[];

  constructor(text: string) {
    this.samples = [...text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)].map(([, name, labels, value]) => ({
      name: name!,
      labels: labels ?? '',
      value: Number(value),
    }));
  }

  static async of(url: string): Promise<MetricsPage> {
    return new MetricsPage(await (await fetch(url, { signal: AbortSignal.timeout(30_000) })).text());
  }

  /** Over all labels, or those that contain a text. */
  sum(name: string, labels = ''): number {
    return this.named(name)
      .filter((sample) => sample.labels.includes(labels))
      .reduce((sum, { value }) => sum + value, 0);
  }

  /** Values of one metric by the value of one of its labels. */
  by(name: string, label: string): Map<string, number> {
    const values = new Map<string, number>();
    const pattern = new RegExp(`(?:^|,)${label}="([^"]*)"`);
    for (const { labels, value } of this.named(name)) {
      const key = pattern.exec(labels)?.[1] ?? '';
      values.set(key, (values.get(key) ?? 0) + value);
    }
    return values;
  }

  private named(name: string): readonly Sample[] {
    return this.samples.filter((sample) => sample.name === name);
  }
}

interface Sample {
  readonly name: string;
  readonly labels: string;
  readonly value: number;
}
