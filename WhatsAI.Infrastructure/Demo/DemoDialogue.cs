namespace WhatsAI.Infrastructure.Demo;

/// <param name="Ours">An agent's words, not the customer's.</param>
internal sealed record DemoLine(bool Ours, string Text);

/// <summary>What is said at a distributor's counter. "&gt;" begins an agent's line; placeholders are filled per conversation.</summary>
internal static class DemoDialogue
{
    public static IReadOnlyList<IReadOnlyList<DemoLine>> All { get; } =
    [
        .. new[]
        {
            """
                Bom dia! Vocês têm {produto} em estoque?
                > Bom dia, {nome}! Temos sim 😊 Quantas caixas você precisa?
                Umas {qtd} caixas. Qual o preço?
                > A *caixa sai por R$ {valor}* para pagamento à vista. No boleto 28 dias, R$ {valor2}.
                Fecho no boleto
                > Perfeito! Pedido *{pedido}* registrado. Entrega amanhã até as 12h.
                Muito obrigado!
                """,
            """
                Boa tarde, meu pedido {pedido} ainda não chegou
                > Boa tarde, {nome}. Vou verificar com a transportadora agora mesmo.
                > O motorista está na sua região, previsão de _40 minutos_.
                Ok, no aguardo
                Chegou! Obrigada
                > Que bom! Qualquer coisa estamos por aqui.
                """,
            """
                Oi, preciso da segunda via do boleto do pedido {pedido}
                > Claro! Só um instante.
                > Prontinho, acabei de enviar. O vencimento é sexta-feira.
                Recebido 👍
                """,
            """
                Vocês entregam em {cidade}?
                > Entregamos sim! Para {cidade} as entregas saem às terças e quintas.
                E o pedido mínimo?
                > O pedido mínimo é de R$ 350,00, com frete grátis acima de R$ 900,00.
                Vou montar a lista e te mando
                """,
            """
                Veio uma caixa de {produto} avariada no pedido {pedido}
                > Poxa, {nome}, me desculpe por isso. Consegue me mandar uma foto?
                Consigo sim
                > Obrigado! Já abri a troca: amanhã o motorista leva outra e recolhe essa.
                Beleza, valeu pela agilidade
                """,
            """
                Tem tabela de preços atualizada?
                > Tem sim! Segue a de dezembro, com as ofertas da semana na primeira página.
                Show. O {produto} está com desconto?
                > Está: acima de {qtd} caixas fica por *R$ {valor}* cada.
                Vou falar com meu sócio e retorno hoje
                """,
            """
                Bom dia, quero repetir o último pedido
                > Bom dia, {nome}! O último foi {qtd} caixas de {produto}, certo?
                Isso mesmo
                Pode colocar mais duas de água com gás também
                > Anotado! Ficou *R$ {valor}*. Confirmo para entrega na quinta?
                Confirmado ✅
                """,
            """
                Qual o horário de vocês no sábado?
                > No sábado atendemos das 8h às 12h 🙂
                Consigo retirar no balcão?
                > Consegue sim, é só me avisar uma hora antes que deixamos separado.
                """,
            """
                Preciso falar com o financeiro sobre uma nota
                > Pode falar comigo, {nome}! Qual o número da nota?
                É a 48.213, veio com o CNPJ antigo
                > Entendi. Vou pedir a carta de correção e te mando ainda hoje.
                Fico no aguardo, preciso para fechar o mês
                """,
            """
                Olá! Vi o anúncio de vocês, trabalham com revenda?
                > Olá! Trabalhamos sim, atendemos mercados, bares e restaurantes.
                Tenho um mercadinho em {cidade}
                > Ótimo! Para o cadastro preciso do CNPJ e da inscrição estadual.
                Vou pegar e já mando
                """,
            """
                Vcs tem {produto}?
                > Temos! Hoje chegou lote novo.
                Separa {qtd} pra mim
                > Separado ✅
                """,
            """
                O entregador pode passar depois das 14h?
                > Pode sim, já deixei anotado na rota.
                Obrigado, é que fecho para o almoço
                > Sem problema, {nome}. Boa tarde!
                """,
        }.Select(Read),
    ];

    public static IReadOnlyList<string> Products { get; } =
    [
        "refrigerante 2 L",
        "água mineral 500 ml",
        "suco de uva integral",
        "cerveja lata 350 ml",
        "óleo de soja",
        "arroz tipo 1 5 kg",
        "leite integral",
        "detergente neutro",
        "papel higiênico folha dupla",
        "café torrado 500 g",
    ];

    private static IReadOnlyList<DemoLine> Read(string text) =>
        [
            .. text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(l => l.StartsWith('>') ? new DemoLine(Ours: true, l[1..].Trim()) : new DemoLine(Ours: false, l)),
        ];
}
