using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts.Consents;
using WhatsAI.Tests.Instances.Pools.Sending;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Contacts.Consents;

public sealed class ConsentActionsTests
{
    private static readonly DateTimeOffset _now = DateTimeOffset.UtcNow;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_change_is_a_line_and_the_suppression_follows()
    {
        await using var world = await ContactWorld.CreateAsync();
        var id = await world.ContactAsync("11977770001", "Ana");

        (await RecordAsync(world, id, Yes(-10, "formulário de março"))).ShouldBeNull();
        (await RecordAsync(world, id, Yes(-9, "outra vez"))).ShouldBeNull("it is known");
        (await RecordAsync(world, id, No(-5))).ShouldBeNull();
        (await SuppressedAsync(world)).ShouldBe(1);
        (await RecordAsync(world, id, Yes(-6, "antes"))).ShouldBe("consent-kept.older");
        (await SuppressedAsync(world)).ShouldBe(1);
        (await RecordAsync(world, id, Yes(-1, "pediu de volta por telefone"))).ShouldBeNull();

        (await SuppressedAsync(world)).ShouldBe(0);
        var view = await world.ViewAsync(id);
        view.Consent.State.ShouldBe(ConsentState.OptedIn);
        view.History.Select(h => (h.From, h.To, h.Proof, h.ByName))
            .ShouldBe([
                (ConsentState.OptedOut, ConsentState.OptedIn, "pediu de volta por telefone", "Ana Ribeiro"),
                (ConsentState.OptedIn, ConsentState.OptedOut, null, "Ana Ribeiro"),
                (ConsentState.Unknown, ConsentState.OptedIn, "formulário de março", "Ana Ribeiro"),
            ]);
    }

    [Fact]
    public async Task Opt_in_without_proof_or_by_an_agent_or_of_nobody_is_refused()
    {
        await using var world = await ContactWorld.CreateAsync();
        var id = await world.ContactAsync("11977770001");

        (await world.RefusedAsync<ConsentActions>(a => a.RecordAsync(id, Yes(-1, " "), Ct))).ShouldBe("consent.proof-missing");
        (await world.RefusedAsync<ConsentActions>(a => a.RecordAsync(id, No(3), Ct))).ShouldBe("consent.invalid");
        (await world.RefusedAsync<ConsentActions>(a => a.RecordAsync(id, No(-1), Ct), Role.Agent)).ShouldBe("permission.missing");
        (await world.RefusedAsync<ConsentActions>(a => a.RecordAsync(new ContactId(Guid.NewGuid()), No(-1), Ct))).ShouldBe("contact.gone");
    }

    [Fact]
    public async Task Opt_out_word_is_a_line_whatever_was_entered_before_and_confirmed_once()
    {
        var world = await MessagingWorld.CreateAsync();
        await world.DeliverAsync(Hook.Text("oi", Hook.NewId()));
        await world.RunAsync(
            "UPDATE contacts SET consent = 'OptedIn', consent_since = now() + interval '20 hours', consent_basis = 'Consent', consent_source = 'Member' WHERE tenant_id = $1"
        );

        await world.DeliverAsync(Hook.Text("quero sair do grupo", Hook.NewId()));
        (await world.OneAsync<string>("SELECT consent FROM contacts WHERE tenant_id = $1")).ShouldBe("OptedIn");
        await world.DeliverAsync(Hook.Text("SAIR!", Hook.NewId()));
        await world.DeliverAsync(Hook.Text("sair", Hook.NewId()));

        (
            await world.OneAsync<string>("SELECT concat_ws(' ', consent, consent_source, consent_basis) FROM contacts WHERE tenant_id = $1")
        ).ShouldBe("OptedOut OptOutWord");
        (await world.ListAsync("SELECT concat_ws(' ', from_state, to_state, source) FROM consent_changes WHERE tenant_id = $1")).ShouldBe([
            "OptedIn OptedOut OptOutWord",
        ]);
        (await world.OneAsync<object>("SELECT count(*) FROM messages WHERE tenant_id = $1 AND direction = 'Out'")).ShouldBe(1L);
    }

    [Fact]
    public async Task Opt_out_while_the_campaigns_message_waits_keeps_it_back()
    {
        var world = await LaneWorld.CreateAsync();
        await world.FeedAsync(2);

        await world.World.DeliverAsync(Hook.Text("sair", Hook.NewId(), "5511977000001@s.whatsapp.net", null));

        var sent = new List<string>();
        for (var i = 0; i < 10; i++)
        {
            if (await world.SendAsync(ahead: TimeSpan.FromMinutes(3 * i)) is { } text)
            {
                sent.Add(text);
            }
        }

        sent.ShouldNotContain("oferta 1");
        sent.ShouldContain("oferta 2");
        (await world.SignalsAsync()).ShouldBe("1 0 1 0 0");
    }

    [Fact]
    public async Task Member_who_enters_an_opt_out_keeps_back_what_waits()
    {
        var world = await LaneWorld.CreateAsync();
        await world.World.DeliverAsync(Hook.Text("oi", Hook.NewId(), "5511977000001@s.whatsapp.net", null));
        await world.FeedAsync();
        // By the state alone: a suppression that somebody took away by hand does not let it go.
        await world.World.RunAsync("UPDATE contacts SET consent = 'OptedOut' WHERE tenant_id = $1");

        (await world.SendAsync()).ShouldBeNull();
        (await world.SignalsAsync()).ShouldBe("0 0 1 0 0");
    }

    private static ConsentForm Yes(int days, string proof) => new(ConsentState.OptedIn, _now.AddDays(days), LegalBasis.Consent, proof);

    private static ConsentForm No(int days) => new(ConsentState.OptedOut, _now.AddDays(days), null, null);

    private static Task<string?> RecordAsync(ContactWorld world, ContactId id, ConsentForm form) =>
        world.DoAsync<ConsentActions, string?>(a => a.RecordAsync(id, form, Ct));

    private static async Task<int> SuppressedAsync(ContactWorld world) =>
        (int)(long)(await world.OneAsync("SELECT count(*) FROM suppressions WHERE tenant_id = $1"))!;
}
