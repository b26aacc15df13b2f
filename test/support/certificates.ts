import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface Certificate {
  /** PEM files. */
  readonly cert: string;
  readonly key: string;
}

/** An authority that a test has for itself, made by openssl in a folder of the test. */
export class CertificateAuthority {
  readonly file: string;

  constructor(
    private readonly folder: string,
    private readonly name = 'ca',
  ) {
    mkdirSync(folder, { recursive: true });
    this.file = this.at('.pem');
    openssl(
      ['req', '-x509', '-nodes', '-days', '2', '-subj', `/CN=${name} of a test`],
      [...newKey, '-keyout', this.at('.key'), '-out', this.file],
    );
  }

  /** @param names those that it is good for: `DNS:localhost,IP:127.0.0.1` */
  issue(file: string, names: string, { expired = false } = {}): Certificate {
    const own = (suffix: string): string => path.join(this.folder, `${this.name}-${file}${suffix}`);
    writeFileSync(own('.ext'), `subjectAltName=${names}\nextendedKeyUsage=serverAuth,clientAuth\n`);
    openssl(
      ['req', '-new', '-nodes', '-subj', `/CN=${file}`],
      [...newKey, '-keyout', own('.key'), '-out', own('.csr')],
    );
    openssl(
      ['x509', '-req', '-days', expired ? '-1' : '2', '-in', own('.csr'), '-CA', this.file],
      ['-CAkey', this.at('.key'), '-CAcreateserial', '-extfile', own('.ext'), '-out', own('.pem')],
    );
    return { cert: own('.pem'), key: own('.key') };
  }

  private at(suffix: string): string {
    return path.join(this.folder, `${this.name}${suffix}`);
  }
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];

function openssl(...args: readonly (readonly string[])[]): void {
  execFileSync('openssl', args.flat(), { stdio: ['ignore', 'ignore', 'pipe'] });
}
