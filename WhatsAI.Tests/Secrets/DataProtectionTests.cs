using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Secrets;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Secrets;

public sealed class DataProtectionTests
{
    [Fact]
    public async Task Another_copy_reads_what_this_one_protected_and_the_database_shows_no_key()
    {
        var master = NewKey();
        await using var one = await CopyAsync(master);
        await using var two = await CopyAsync(master);

        var cookie = Protector(one).Protect("signed in");

        Protector(two).Unprotect(cookie).ShouldBe("signed in");
        var stored = string.Join('\n', await StoredAsync());
        stored.ShouldContain("<sealed");
        stored.ShouldNotContain("masterKey");
    }

    [Fact]
    public async Task Under_another_master_key_old_keys_are_left_unused_and_new_ones_work()
    {
        await using var before = await CopyAsync(NewKey());
        var old = Protector(before).Protect("signed in");
        await using var after = await CopyAsync(NewKey());

        Protector(after).Unprotect(Protector(after).Protect("again")).ShouldBe("again");
        Should.Throw<CryptographicException>(() => Protector(after).Unprotect(old));
    }

    [Fact]
    public async Task Without_a_master_key_it_works_and_leaves_nothing_in_the_database()
    {
        var before = (await StoredAsync()).Count(x => !x.Contains("<sealed", StringComparison.Ordinal));
        await using var copy = await CopyAsync(null);

        Protector(copy).Unprotect(Protector(copy).Protect("signed in")).ShouldBe("signed in");
        (await StoredAsync()).Count(x => !x.Contains("<sealed", StringComparison.Ordinal)).ShouldBe(before);
    }

    [Fact]
    public void It_can_be_resolved_before_the_database_has_started()
    {
        using var provider = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
            .AddSingleton<DatabaseAddress>()
            .AddSecrets()
            .BuildServiceProvider();

        provider.GetRequiredService<IKeyManager>().ShouldNotBeNull();
    }

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private static IDataProtector Protector(ServiceProvider copy) =>
        copy.GetRequiredService<IDataProtectionProvider>().CreateProtector("test");

    private static async Task<ServiceProvider> CopyAsync(string? masterKey)
    {
        var address = new DatabaseAddress();
        address.Set(await TestDatabase.AppAsync(), owner: null, keyFile: null);
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { [MasterKey.Variable] = masterKey })
            .Build();
        return new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton(address)
            .AddSingleton(await TestDatabase.SourceAsync())
            .AddSecrets()
            .BuildServiceProvider();
    }

    private static async Task<List<string>> StoredAsync()
    {
        var source = await TestDatabase.SourceAsync();
        await using var command = source.CreateCommand("select xml from data_protection_keys");
        await using var rows = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var found = new List<string>();
        while (await rows.ReadAsync(TestContext.Current.CancellationToken))
        {
            found.Add(rows.GetString(0));
        }

        return found;
    }
}
