# need_tools: Chromium, ffmpeg and what else tests look through; installed by apt where that is possible.
# What cannot be had stands in MISSING_TOOLS afterwards.
MISSING_TOOLS=()

# Debian keeps servers out of an ordinary PATH.
PATH="$PATH:/usr/sbin"

absent_tools() {
  local pair
  for pair in chromium:chromium ffmpeg:ffmpeg espeak-ng:espeak-ng pdftoppm:poppler-utils curl:curl wget:wget xgettext:gettext nginx:nginx-light \
    mkfs.vfat:dosfstools mcopy:mtools podget:podget lowriter:libreoffice-writer localc:libreoffice-calc; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || echo "${pair##*:}"
  done
}

# install_packages NAME…: by apt, where this is root on a Debian; else 1.
install_packages() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 1
  echo "Installing for the tests: $*"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } \
    >/dev/null 2>&1 </dev/null
}

need_tools() {
  mapfile -t MISSING_TOOLS < <(absent_tools)
  [ ${#MISSING_TOOLS[@]} -eq 0 ] && return
  install_packages "${MISSING_TOOLS[@]}" fonts-noto-core || true
  mapfile -t MISSING_TOOLS < <(absent_tools)
}
