# need_tools: Chromium, ffmpeg and what else tests look through; installed by apt where that is possible.
# What cannot be had stands in MISSING_TOOLS afterwards.
MISSING_TOOLS=()

# Debian keeps servers out of an ordinary PATH.
PATH="$PATH:/usr/sbin"

absent_tools() {
  local pair
  for pair in chromium:chromium ffmpeg:ffmpeg espeak-ng:espeak-ng pdftoppm:poppler-utils curl:curl wget:wget xgettext:gettext nginx:nginx-light \
    mkfs.vfat:dosfstools mcopy:mtools podget:podget java:default-jre-headless npm:npm lowriter:libreoffice-writer localc:libreoffice-calc; do
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

# The Nu HTML checker: one file out of its npm package, taken only when its sum is the one written here. It runs in Java.
HTML_CHECKER=vnu-jar@26.9.27
HTML_CHECKER_SHA256=22f15dd39a33bed929d2a5c0cddf5946849a647eca9272bf4d5d00bc7e7a4d47

need_html_checker() {
  local folder jar=.venv/vnu.jar
  [ -f "$jar" ] && echo "$HTML_CHECKER_SHA256  $jar" | sha256sum --check --status && return
  command -v npm >/dev/null 2>&1 || return 1
  folder=$(mktemp -d)
  npm pack --silent --pack-destination "$folder" "$HTML_CHECKER" >/dev/null 2>&1 </dev/null \
    && tar -xzf "$folder"/*.tgz -C "$folder" package/build/dist/vnu.jar \
    && echo "$HTML_CHECKER_SHA256  $folder/package/build/dist/vnu.jar" | sha256sum --check --status \
    && mv "$folder/package/build/dist/vnu.jar" "$jar"
  local gone=$?
  rm -rf "$folder"
  return $gone
}

need_tools() {
  mapfile -t MISSING_TOOLS < <(absent_tools)
  if [ ${#MISSING_TOOLS[@]} -gt 0 ]; then
    install_packages "${MISSING_TOOLS[@]}" fonts-noto-core || true
    mapfile -t MISSING_TOOLS < <(absent_tools)
  fi
  need_html_checker || MISSING_TOOLS+=("$HTML_CHECKER")
}
