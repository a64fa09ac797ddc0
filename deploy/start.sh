#!/bin/sh
# Puts the weights and the index of the image where the server looks for them, then runs `isletbot` with the words given.
# The weights are only read, so a link is enough; Chroma writes to an index that it opens, so that is a copy.
set -eu
: "${BUILT_DIR:?names the folder that the image was built with}" "${ISLETBOT_DATA_DIR:?names the data folder}"

mkdir -p "$ISLETBOT_DATA_DIR"
ln -sfn "$BUILT_DIR/weights" "$ISLETBOT_DATA_DIR/weights"
if [ "${1:-}" = serve ]; then
    rm -rf "$ISLETBOT_DATA_DIR/index"
    cp -R "$BUILT_DIR/index" "$ISLETBOT_DATA_DIR/index"
fi
exec isletbot "$@"
