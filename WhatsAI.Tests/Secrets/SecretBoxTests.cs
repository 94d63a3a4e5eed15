using System.Security.Cryptography;
using WhatsAI.Core.Common;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Secrets;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Secrets;

public sealed class SecretBoxTests
{
    private const string Secret = "chave do gateway: ação 🔑";

    private readonly SecretBox _box = new(NewKey());

    [Fact]
    public void Secret_comes_back_for_its_purpose_only()
    {
        var hidden = _box.Protect(Secret, "gateway-server");

        hidden.ShouldNotContain("chave");
        _box.TryUnprotect(hidden, "gateway-server", out var read).ShouldBeTrue();
        read.ShouldBe(Secret);
        _box.TryUnprotect(hidden, "instance-token", out var stolen).ShouldBeFalse();
        stolen.ShouldBeEmpty();
    }

    [Fact]
    public void Same_secret_twice_looks_different() => _box.Protect(Secret, "p").ShouldNotBe(_box.Protect(Secret, "p"));

    [Fact]
    public void Another_master_key_does_not_open_it() =>
        new SecretBox(NewKey()).TryUnprotect(_box.Protect(Secret, "p"), "p", out _).ShouldBeFalse();

    [Fact]
    public void Every_changed_byte_is_noticed()
    {
        var box = Convert.FromBase64String(_box.Protect("x", "p"));

        for (var i = 0; i < box.Length; i++)
        {
            var changed = (byte[])box.Clone();
            changed[i] ^= 1;
            _box.TryUnprotect(Convert.ToBase64String(changed), "p", out _).ShouldBeFalse($"byte {i}");
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("AQ==")]
    [InlineData("no base64 at all")]
    public void Rubbish_is_unreadable_and_no_exception(string? rubbish) => _box.TryUnprotect(rubbish, "p", out _).ShouldBeFalse();

    [Fact]
    public void Without_a_master_key_nothing_is_read_and_nothing_stored_in_clear()
    {
        var hidden = _box.Protect(Secret, "p");
        var closed = new SecretBox(MasterKey.Load(null, keyFile: null));

        closed.IsOpen.ShouldBeFalse();
        closed.TryUnprotect(hidden, "p", out _).ShouldBeFalse();
        Should.Throw<RuleException>(() => closed.Protect(Secret, "p")).Key.ShouldBe("secrets.no-key");
    }

    [Fact]
    public async Task Key_file_is_made_once_and_only_its_owner_reads_it()
    {
        await using var directory = new OwnDirectory();
        var file = Path.Combine(directory.Path, "master.key");

        var hidden = new SecretBox(MasterKey.Load("", file)).Protect(Secret, "p");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        new SecretBox(MasterKey.Load(null, file)).TryUnprotect(hidden, "p", out _).ShouldBeTrue();
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void A_key_of_another_length_is_refused_without_being_shown(string text)
    {
        var refusal = Should.Throw<DatabaseStartException>(() => MasterKey.Load(text, null));

        refusal.Message.ShouldContain(MasterKey.Variable);
        refusal.Message.ShouldNotContain(text);
    }

    private static MasterKey NewKey() => MasterKey.Load(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), null);
}
