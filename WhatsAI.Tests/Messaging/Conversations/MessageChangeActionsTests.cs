using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging.Media;

namespace WhatsAI.Tests.Messaging.Conversations;

public sealed class MessageChangeActionsTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    private const string Customer = "5511977770001@s.whatsapp.net";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reaction_is_set_and_taken_back()
    {
        await using var number = await StartAsync();
        var written = await sandbox.Control.WriteAsync(number.Name, new SandboxWrite { Text = "oi" });
        var id = await number.StoreAsync(written[0], new TextBody("oi"));
        await using var scope = number.Services.Enter(number.Tenant);
        var actions = scope.ServiceProvider.GetRequiredService<MessageChangeActions>();

        await actions.ReactAsync(id, "❤️", Ct);
        (await RowAsync(scope.ServiceProvider, id)).Reactions.ShouldBe([new ReactionCount("❤️", 1, Mine: true)]);
        await actions.ReactAsync(id, null, Ct);

        (await RowAsync(scope.ServiceProvider, id)).Reactions.ShouldBeEmpty();
        number.Events.OfType<MessageChanged>().Count(e => e.MessageId == id).ShouldBe(2);
    }

    [Fact]
    public async Task Own_text_is_edited_and_deleted_for_everyone()
    {
        await using var number = await StartAsync();
        var id = await SendAsync(number, "texto erado");
        await using var scope = number.Services.Enter(number.Tenant);
        var actions = scope.ServiceProvider.GetRequiredService<MessageChangeActions>();

        await actions.EditAsync(id, " texto errado ", Ct);
        var edited = await RowAsync(scope.ServiceProvider, id);
        await actions.DeleteAsync(id, Ct);
        var deleted = await RowAsync(scope.ServiceProvider, id);

        (edited.Text, edited.EditedAt is not null, (edited.Body as TextBody)?.Text).ShouldBe(("texto errado", true, "texto errado"));
        (deleted.Text, deleted.DeletedAt is not null).ShouldBe(("", true));
        sandbox.ReadLog().ShouldContain(l => l.Kind == "edit" && l.Instance == number.Name && l.Text == "texto errado");
    }

    [Fact]
    public async Task Customers_message_is_not_ours_to_edit_or_delete()
    {
        await using var number = await StartAsync();
        var id = await number.StoreAsync("3A" + Guid.NewGuid().ToString("N")[..18].ToUpperInvariant(), new TextBody("oi"));
        await using var scope = number.Services.Enter(number.Tenant);
        var actions = scope.ServiceProvider.GetRequiredService<MessageChangeActions>();

        (await Should.ThrowAsync<RuleException>(() => actions.EditAsync(id, "x", Ct))).Key.ShouldBe("message.edit-too-late");
        (await Should.ThrowAsync<RuleException>(() => actions.DeleteAsync(id, Ct))).Key.ShouldBe("message.delete-too-late");
    }

    [Fact]
    public async Task Gateways_refusal_is_told_in_words_and_changes_nothing()
    {
        await using var number = await StartAsync();
        var id = await SendAsync(number, "fica");
        await sandbox.Control.CloseAsync(number.Name, 401);
        await using var scope = number.Services.Enter(number.Tenant);

        var refused = await Should.ThrowAsync<RuleException>(() =>
            scope.ServiceProvider.GetRequiredService<MessageChangeActions>().EditAsync(id, "muda", Ct)
        );

        refused.Key.ShouldStartWith("gateway.");
        (await RowAsync(scope.ServiceProvider, id)).Text.ShouldBe("fica");
    }

    private async Task<OpenNumber> StartAsync()
    {
        var number = await OpenNumber.StartAsync(sandbox);
        await number.AddAsync(
            new ContactIdentity
            {
                TenantId = number.Tenant.Id,
                Kind = IdentityKind.Phone,
                Value = "+5511977770001",
                ContactId = number.Customer,
                Jid = Customer,
                FirstSeenAt = DateTimeOffset.UtcNow,
            }
        );
        return number;
    }

    /// <summary>A text of ours that WhatsApp took.</summary>
    private static async Task<MessageId> SendAsync(OpenNumber number, string text)
    {
        var at = await number.Get<GatewayConnections>().OfInstanceAsync(number.Tenant.Id, number.Instance, Ct);
        var sent = await number.Get<IWhatsAppGateway>().SendTextAsync(at, Jid.Parse(Customer), text, ct: Ct);
        var now = DateTimeOffset.UtcNow;
        var id = Id.New<MessageId>(now);
        await number.AddAsync(
            new Message
            {
                Id = id,
                TenantId = number.Tenant.Id,
                ConversationId = number.Conversation,
                InstanceId = number.Instance,
                Direction = MessageDirection.Out,
                Origin = MessageOrigin.Agent,
                Kind = MessageKind.Text,
                Text = text,
                Body = MessageBodyJson.Write(new TextBody(text)),
                ProviderId = sent.ProviderId,
                SentAt = now,
                CreatedAt = now,
                Delivery = DeliveryState.Sent,
            }
        );
        return id;
    }

    private static async Task<MessageRow> RowAsync(IServiceProvider scope, MessageId id) =>
        (await scope.GetRequiredService<MessageQueries>().FindAsync([id], Ct)).Single();
}
