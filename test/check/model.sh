# The trainer of the text model works without the real sets, always gives the same bytes, and those
# that are recorded: a change of the learner, the tokens or the file shows here. When it is meant,
# write the new sum, which the test prints, into test/data/model.sum (and retrain the shipped model).
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
bash test/data/write_sets.sh "$folder" && make -s build/text_train >&2

check() { # NAME COMMAND...
    n=$((n + 1))
    if "${@:2}" >"$folder/output" 2>&1; then echo "ok $n - $1"; else echo "not ok $n - $1"; sed 's/^/# /' "$folder/output"; fi
}
has_recorded_sum() {
    sum=$(sha256sum <"$folder/a" | cut -d' ' -f1)
    echo "$sum"
    [[ $sum == $(<test/data/model.sum) ]]
}

echo 1..4
check "trains" build/text_train build "$folder" "$folder/wordnet" "$folder/a"
check "trains again" build/text_train build "$folder" "$folder/wordnet" "$folder/b"
check "gives the same bytes" cmp "$folder/a" "$folder/b"
check "that are recorded" has_recorded_sum
