#!/usr/bin/env bash
# A graphics adapter in software for the tests of onnx-webgpu: SwiftShader, from Debian's package chromium-common (32 MB), with Vulkan's
# loader. Prints the driver's file, for VK_DRIVER_FILES, as the only line on stdout; everything it says goes to stderr.
# Exit status 77: this machine cannot have one, and the reason is on stderr.
set -euo pipefail

impossible() {
  echo "$1" >&2
  exit 77
}

[[ $(uname -sm) == 'Linux x86_64' ]] || impossible "expected Linux on x86_64 for an adapter in software, found $(uname -sm)"

driver=/usr/lib/chromium/vk_swiftshader_icd.json
if [[ ! -e $driver ]] || ! ldconfig -p | grep -q 'libvulkan\.so\.1 '; then
  packages='chromium-common libvulkan1'
  command -v apt-get >/dev/null || impossible "expected $driver and libvulkan.so.1, found neither them nor apt-get"
  [[ $(id -u) == 0 ]] || impossible "expected $driver and libvulkan.so.1 (apt-get install --no-install-recommends $packages)"
  echo "installing $packages (32 MB)" >&2
  { timeout 60 apt-get update -qq && DEBIAN_FRONTEND=noninteractive timeout 120 apt-get install -qq -y --no-install-recommends $packages; } >&2 ||
    impossible "expected $packages from apt-get, which failed"
  [[ -e $driver ]] || impossible "expected $driver in chromium-common, found none"
fi
echo "$driver"
