"""Refuses to start with settings that would leave the house open."""

from django.core.exceptions import ImproperlyConfigured

EXAMPLES = ("changeme", "secret", "example", "insecure", "password", "123456")


def refuse_unsafe_start(
    *, mode: str, keys: dict[str, str], hosts: list[str], faults: list[str], today: str
) -> None:
    """Raises ImproperlyConfigured with the sentence an operator needs; does nothing outside production."""
    if mode not in ("production", "demo", "test"):
        raise ImproperlyConfigured(f"KEMAI_MODE 只能是 production、demo 或 test，现在是 {mode!r}。")
    if mode == "test":
        return
    for name, key in keys.items():
        if len(key) < 32 or len(set(key)) < 10 or any(word in key.lower() for word in EXAMPLES):
            raise ImproperlyConfigured(f"KEMAI_{name} 太短或像样例；删掉这个变量，首次运行会自己生成一个。")
    if "*" in hosts:
        raise ImproperlyConfigured("KEMAI_ALLOWED_HOSTS 不能是 *；写出访问客脉所用的主机名，用逗号隔开。")
    if faults:
        raise ImproperlyConfigured("KEMAI_FAULTS 只在测试里有用，正式运行不接受。")
    if today and mode == "production":
        raise ImproperlyConfigured("KEMAI_TODAY 只在测试和演示里有用，正式运行不接受。")
