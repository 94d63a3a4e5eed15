using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Macros;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Tests.Inbox.Macros;

public sealed class MacroTests
{
    private static readonly LabelId _label = new(Guid.NewGuid());
    private static readonly TeamId _team = new(Guid.NewGuid());
    private static readonly UserId _bia = new(Guid.NewGuid());

    private static readonly MacroNames _names = new(
        [new MacroName<LabelId>(_label, "Entrega")],
        [new MacroName<TeamId>(_team, "Estoque")],
        [new MacroName<UserId>(_bia, "Bia")]
    );

    private static readonly CannedValues _values = new("Marina Alves", "Ana", "Loja", "Aurora");

    public static TheoryData<string, MacroStep[]> Refused =>
        new()
        {
            { "macro.steps-none", [] },
            { "macro.steps-too-many", [.. Enumerable.Repeat(new TakeStep(), Macro.MaxSteps + 1)] },
            { "macro.sends-too-many", [.. Enumerable.Repeat(new SendStep("oi"), Macro.MaxSends + 1)] },
            { "macro.ends-twice", [new StatusStep(ConversationStatus.Resolved), new SnoozeStep(MacroSnooze.Monday)] },
            { "macro.sends-after-end", [new StatusStep(ConversationStatus.Resolved), new SendStep("oi")] },
            { "macro.step-unknown", [new StatusStep(ConversationStatus.Snoozed)] },
            { "macro.step-unknown", [new PriorityStep((ConversationPriority)99)] },
            { "canned.text-empty", [new SendStep(" \u200b ")] },
            { "canned.variable-unknown", [new SendStep("{{contact.cpf}}")] },
            { "note.empty", [new NoteStep(" ")] },
        };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Steps_that_do_not_go_together_are_refused(string key, MacroStep[] steps) =>
        Should.Throw<RuleException>(() => New("Encerrar", steps)).Key.ShouldBe(key);

    [Fact]
    public void Name_is_kept_on_one_line_and_compared_without_accents()
    {
        var macro = New("  Prazo \u202e de\nentrega ", [new TakeStep()]);

        macro.Name.ShouldBe("Prazo de entrega");
        macro.FoldedName.ShouldBe(New("PRAZO DE ENTRÉGA", [new TakeStep()]).FoldedName);
        Should.Throw<RuleException>(() => New(" \u200b ", [new TakeStep()])).Key.ShouldBe("macro.name-invalid");
        Should
            .Throw<RuleException>(() => New(new string('a', Macro.MaxNameLength + 1), [new TakeStep()]))
            .Key.ShouldBe("macro.name-invalid");
    }

    [Fact]
    public void Refused_rewrite_changes_nothing()
    {
        var macro = New("Encerrar", [new TakeStep()]);

        Should.Throw<RuleException>(() => macro.Rewrite("Outra", "Pasta", []));

        (macro.Name, macro.Folder, macro.Steps.Count).ShouldBe(("Encerrar", null, 1));
    }

    [Fact]
    public void What_is_gone_breaks_its_step_and_no_other()
    {
        MacroStep[] steps = [new LabelStep(_label), new TeamStep(_team), new MemberStep(_bia), new MemberStep(null), new TakeStep()];

        steps.Select(s => MacroPlan.Broken(s, _names)).ShouldAllBe(p => p == null);
        steps
            .Select(s => MacroPlan.Broken(s, MacroNames.None))
            .ShouldBe([MacroProblem.LabelGone, MacroProblem.TeamGone, MacroProblem.MemberGone, null, null]);
    }

    [Fact]
    public void Step_that_stands_in_the_way_is_named()
    {
        MacroStep[] steps = [new TakeStep(), new LabelStep(new LabelId(Guid.NewGuid()))];

        var refused = Should.Throw<RuleException>(() => MacroPlan.Demand(steps, _names, _ => true, _values));

        (refused.Key, refused.Values[0]).ShouldBe(("macro.label-gone", 2));
        Should
            .Throw<RuleException>(() => MacroPlan.Demand(steps, _names, p => p != Permission.ConversationsAssign, _values))
            .Key.ShouldBe("macro.forbidden");
    }

    [Fact]
    public void Answer_goes_to_one_customer_of_whom_it_knows_what_it_asks_for()
    {
        var send = new SendStep("Oi {{contact.first_name}}");
        var nobody = _values with { ContactName = null };

        MacroPlan.Problem(send, _names, _ => true, _values).ShouldBeNull();
        MacroPlan.Problem(send, _names, _ => true, nobody).ShouldBe(MacroProblem.ValueUnknown);
        MacroPlan.Problem(new SendStep("Oi {{contact.first_name|tudo bem}}"), _names, _ => true, nobody).ShouldBeNull();
        MacroPlan.Problem(send, _names, _ => true, values: null).ShouldBe(MacroProblem.OneOnly);
        MacroPlan.Problem(new NoteStep("x"), _names, _ => true, values: null).ShouldBeNull();
    }

    [Fact]
    public void Keys_of_a_runs_parts_are_its_own()
    {
        var (run, here, there) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());

        Guid[] keys = [DerivedKey.Of(run, here, 0), DerivedKey.Of(run, here, 1), DerivedKey.Of(run, there, 0), DerivedKey.Of(here, run, 0)];

        keys.Distinct().Count().ShouldBe(4);
        DerivedKey.Of(run, here, 1).ShouldBe(keys[1]);
    }

    private static Macro New(string name, MacroStep[] steps) =>
        new(
            new MacroId(Guid.NewGuid()),
            new TenantId(Guid.NewGuid()),
            CannedPlace.Tenant,
            name,
            folder: null,
            steps,
            DateTimeOffset.UtcNow
        );
}
