using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging.Media;

namespace WhatsAI.Tests.Messaging;

public sealed class ReceiptSenderTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_read_is_told_once_with_the_phones_address()
    {
        await using var number = await StartAsync(IdentityKind.Phone, "5511977770001@s.whatsapp.net");
        var providerIds = Enumerable.Range(0, 130).Select(i => $"READ{i:000}").ToList();
        await AddDueAsync(number, providerIds);

        await SendAsync(number);
        await SendAsync(number);

        Reads(number).ShouldBe(providerIds, ignoreOrder: true);
        Calls(number).ShouldBe(2);
        (await LeftAsync(number)).ShouldBeEmpty();
        (await number.DueInAsync(WorkKind.Receipts)).ShouldBeNull();
    }

    [Fact]
    public async Task Chat_without_a_phone_gets_none()
    {
        await using var number = await StartAsync(IdentityKind.Lid, "222333444555666@lid");
        await AddDueAsync(number, ["LID1"]);

        await SendAsync(number);

        Calls(number).ShouldBe(0);
        (await LeftAsync(number)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(4, null)]
    public async Task Closed_number_makes_them_wait_and_after_five_times_go(int before, int? after)
    {
        await using var number = await StartAsync(IdentityKind.Phone, "5511977770001@s.whatsapp.net");
        await AddDueAsync(number, ["A1"], before);
        await sandbox.Control.CloseAsync(number.Name, 401);

        await SendAsync(number);

        (await LeftAsync(number)).ShouldBe(after is { } attempts ? [(short)attempts] : []);
        var due = await number.DueInAsync(WorkKind.Receipts);
        (due > TimeSpan.FromSeconds(2)).ShouldBe(after is not null);
    }

    private async Task<OpenNumber> StartAsync(IdentityKind kind, string jid)
    {
        var number = await OpenNumber.StartAsync(sandbox);
        await number.AddAsync(
            new ContactIdentity
            {
                TenantId = number.Tenant.Id,
                Kind = kind,
                Value = jid[..jid.IndexOf('@', StringComparison.Ordinal)],
                ContactId = number.Customer,
                Jid = jid,
                FirstSeenAt = DateTimeOffset.UtcNow,
            }
        );
        return number;
    }

    private static async Task AddDueAsync(OpenNumber number, IEnumerable<string> providerIds, int attempts = 0)
    {
        foreach (var providerId in providerIds)
        {
            await number.AddAsync(
                new ReadReceiptDue
                {
                    TenantId = number.Tenant.Id,
                    InstanceId = number.Instance,
                    ConversationId = number.Conversation,
                    MessageId = await number.StoreAsync(providerId, new TextBody("oi")),
                    DueAt = DateTimeOffset.UtcNow.AddSeconds(-1),
                    Attempts = (short)attempts,
                }
            );
        }
    }

    private List<string> Reads(OpenNumber number) =>
        [.. sandbox.ReadLog().Where(l => l.Kind == "read" && l.Instance == number.Name).Select(l => l.Message!)];

    private int Calls(OpenNumber number) =>
        sandbox.ReadLog().Count(l => l.Kind == "call" && l.Path!.EndsWith($"markMessageAsRead/{number.Name}", StringComparison.Ordinal));

    private static Task<List<short>> LeftAsync(OpenNumber number) =>
        number.InDbAsync(db => db.Set<ReadReceiptDue>().Select(r => r.Attempts).ToListAsync(Ct));

    private static async Task SendAsync(OpenNumber number)
    {
        var sender = new ReceiptSender(
            number.Get<NpgsqlDataSource>(),
            number.Get<IWhatsAppGateway>(),
            number.Get<GatewayConnections>(),
            number.Get<WorkTools>(),
            NullLogger<ReceiptSender>.Instance
        );
        await using var held = await number.ClaimAsync(WorkKind.Receipts);
        await sender.SendDueAsync(held);
    }
}
