# The library exports what SQL calls (emp_*) and what the server looks up, nothing else.
exported=$(nm -D --defined-only empathy.so | awk '{ print $3 }' |
    grep -Ev '^(emp_[a-z0-9_]+|pg_finfo_emp_[a-z0-9_]+|Pg_magic_func|_PG_init)$')

echo 1..1
if [[ $exported ]]; then
    echo "not ok - exports only emp_*"
    sed 's/^/# /' <<<"$exported"
else
    echo "ok - exports only emp_*"
fi
