import { existsSync, readdirSync } from 'node:fs';

/** What programs for graphics adapters run on here. */
export interface Adapter {
  /** Of the driver, as far as its libraries tell. */
  readonly name: string;
  /** Whether the processor plays the graphics card: what runs there is right, and slower than on the processor itself. */
  readonly isEmulated: boolean;
}

/** Where Linux shows graphics cards: rendering nodes, NVIDIA's and AMD's compute devices, and Windows' card inside of WSL. */
const NODES = [/^nvidia\d+$/, /^dxg$/, /^kfd$/];
const RENDER_NODE = /^renderD\d+$/;

/** Whether the system shows a graphics card that programs may use. Only Linux can tell cheaply; elsewhere there is one. */
export function hasGraphicsCard(platform = process.platform, devices = '/dev'): boolean {
  if (platform !== 'linux') return true;
  const names = (dir: string) => (existsSync(dir) ? readdirSync(dir) : []);
  return (
    names(devices).some((name) => NODES.some((node) => node.test(name))) ||
    names(`${devices}/dri`).some((name) => RENDER_NODE.test(name))
  );
}

/** By the names of the drivers' libraries for Vulkan, Direct3D 12 and Metal. */
const DRIVERS: readonly (Adapter & { readonly library: RegExp })[] = [
  { library: /nvidia|nvwgf2um|nvldumd/i, name: 'NVIDIA', isEmulated: false },
  { library: /vulkan_radeon|amdvlk|amdxc|atidxx/i, name: 'AMD', isEmulated: false },
  { library: /vulkan_intel|igd\d*[a-z]*umd|igc64/i, name: 'Intel', isEmulated: false },
  {
    library: /vulkan_(dzn|nouveau|freedreno|panfrost|broadcom|asahi|virtio)/i,
    name: 'Mesa',
    isEmulated: false,
  },
  { library: /AGXMetal|Metal\.framework/, name: 'Apple', isEmulated: false },
  { library: /swiftshader/i, name: 'SwiftShader', isEmulated: true },
  { library: /vulkan_lvp/i, name: 'llvmpipe', isEmulated: true },
  { library: /d3d10warp/i, name: 'WARP', isEmulated: true },
];

/**
 * ONNX Runtime for Node does not say which adapter it took, but the driver's library is in the process. A driver for cards is often installed
 * where there is none, and then only one of software can have answered.
 */
export function adapterOf(libraries: readonly string[], hasCard: boolean): Adapter {
  const loaded = DRIVERS.filter(({ library }) => libraries.some((path) => library.test(path)));
  const found = loaded.find(({ isEmulated }) => isEmulated !== hasCard) ?? loaded.at(-1);
  if (found === undefined) return { name: 'unknown driver', isEmulated: !hasCard };
  return { name: found.name, isEmulated: found.isEmulated || !hasCard };
}

/** Paths of the shared libraries that this process has loaded. */
export function loadedLibraries(): readonly string[] {
  // Names of hosts, which a report also has, can take seconds to look up.
  const { report } = process as typeof process & { report: { excludeNetwork?: boolean } };
  report.excludeNetwork = true;
  return (report.getReport() as unknown as { sharedObjects: string[] }).sharedObjects;
}
