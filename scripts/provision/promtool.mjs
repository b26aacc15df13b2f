import { installDebianPackages } from './debian-packages.mjs';
import { findBinary } from './find-binary.mjs';
import { canInstallPackages } from './system.mjs';

/**
 * Prometheus's own tool, installed where that can be done.
 *
 * @returns {Promise<{ promtool: string } | { missing: string }>} missing: why there is none
 */
export async function findPromtool() {
  const present = findBinary(['promtool']);
  if (present) return { promtool: present };
  const { applies, why } = canInstallPackages();
  if (!applies) return { missing: why };
  try {
    await installDebianPackages([['prometheus']], { units: ['prometheus.service'] });
  } catch (error) {
    return { missing: `installing Debian's failed: ${error.message}` };
  }
  const installed = findBinary(['promtool']);
  return installed ? { promtool: installed } : { missing: "Debian's prometheus did not bring one" };
}
