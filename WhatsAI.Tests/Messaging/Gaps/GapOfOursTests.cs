using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Messaging.Gaps;

/// <summary>What of ours is found when a gap is filled: receipts that were missed, and messages in doubt.</summary>
public sealed class GapOfOursTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    private const string Ana = "5511977770001";
    private static readonly DateTimeOffset _then = DateTimeOffset.UtcNow.AddMinutes(-40);

    [Fact]
    public async Task Message_in_doubt_is_settled_by_its_echo_however_old()
    {
        await using var number = await StartAsync();
        await AddAsync(number, "orçamento", DeliveryState.Unconfirmed, providerId: null);
        await WriteAsync(number, "orçamento", _then.AddSeconds(2));

        await number.AskAsync();
        await number.FillAsync();

        (await number.OneAsync<string>("SELECT string_agg(origin || ' ' || delivery, ',') FROM messages WHERE tenant_id = $1")).ShouldBe(
            "Agent Sent"
        );
        (await number.GapAsync()).ShouldBe("Filled 0");
    }

    [Fact]
    public async Task Same_words_of_another_time_settle_nothing()
    {
        await using var number = await StartAsync();
        await AddAsync(number, "bom dia", DeliveryState.Unconfirmed, providerId: null);
        await WriteAsync(number, "bom dia", _then.AddMinutes(-10));

        await number.AskAsync();
        await number.FillAsync();

        (
            await number.OneAsync<string>(
                "SELECT string_agg(origin || ' ' || delivery, ',' ORDER BY origin) FROM messages WHERE tenant_id = $1"
            )
        ).ShouldBe("Agent Unconfirmed,Phone Sent");
    }

    [Fact]
    public async Task Receipt_that_was_missed_moves_its_message_on_and_a_known_one_is_not_journalled()
    {
        await using var number = await StartAsync();
        var read = await WriteAsync(number, "lida", _then);
        await sandbox.Control.ReceiptAsync(number.Open.Name, read, "READ");
        var sent = await WriteAsync(number, "enviada", _then);
        await AddAsync(number, "lida", DeliveryState.Sent, read);
        await AddAsync(number, "enviada", DeliveryState.Sent, sent);

        await number.AskAsync();
        await number.FillAsync();
        await number.AskAsync();
        await number.FillAsync();

        (await number.OneAsync<string>("SELECT delivery FROM messages WHERE tenant_id = $1 AND provider_id = $2", read)).ShouldBe("Read");
        (await number.CountAsync("messages WHERE tenant_id = $1")).ShouldBe(2);
        (await number.CountAsync("journal WHERE tenant_id = $1")).ShouldBe(1);
    }

    private async Task<GapNumber> StartAsync()
    {
        var number = await GapNumber.StartAsync(sandbox);
        await number.Open.AddAsync(
            new ContactIdentity
            {
                TenantId = number.Open.Tenant.Id,
                Kind = IdentityKind.Phone,
                Value = "+" + Ana,
                ContactId = number.Open.Customer,
                Jid = Ana + "@s.whatsapp.net",
                FirstSeenAt = _then,
            }
        );
        return number;
    }

    private Task AddAsync(GapNumber number, string text, DeliveryState state, string? providerId) =>
        number.Open.AddAsync(
            new Message
            {
                Id = Id.New<MessageId>(_then),
                TenantId = number.Open.Tenant.Id,
                ConversationId = number.Open.Conversation,
                InstanceId = number.Open.Instance,
                Direction = MessageDirection.Out,
                Origin = MessageOrigin.Agent,
                Kind = MessageKind.Text,
                Text = text,
                Body = MessageBodyJson.Write(new TextBody(text)),
                SentAt = _then,
                CreatedAt = _then,
                Delivery = state,
                ProviderId = providerId,
                Attempts = 1,
                AttemptedAt = _then,
            }
        );

    private async Task<string> WriteAsync(GapNumber number, string text, DateTimeOffset at) =>
        (
            await sandbox.Control.WriteAsync(
                number.Open.Name,
                new SandboxWrite
                {
                    From = Ana,
                    Text = text,
                    FromMe = true,
                    At = at.ToUnixTimeSeconds(),
                }
            )
        )[0];
}
