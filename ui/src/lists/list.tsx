// list.tsx: any list of the record: search, order, columns, how many rows, as a file, and the rows.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { IconDownload } from "../pieces/icons";
import { Answered, Refused, Waiting } from "../pieces/refused";
import { address, type Values } from "../record/ask";
import { members, type Field } from "../record/catalogue";
import { useWords } from "../words/words";
import { ListCards } from "./cards";
import { chosen } from "./columns";
import { ColumnsChoice } from "./columns_choice";
import { OrderChoice } from "./order_choice";
import { useFirstPart, type Order } from "./parts";
import { SearchField } from "./search_field";
import { asRecorded } from "./sought";
import { useListState, type ListState } from "./state";
import { ListTable } from "./table";
import classes from "./lists.module.css";

export interface ListProps {
    name: string; // of an operation whose answer is a list or a stream
    input?: Values;
    place?: string; // tells several lists of one page apart in its address
}

export function List(props: ListProps) {
    const asking = useQuery({
        queryKey: ["members", props.name],
        queryFn: () => members(props.name),
        staleTime: Infinity,
    });
    return (
        <Answered asking={asking}>{(found) => <Whole {...props} fields={found.output} />}</Answered>
    );
}

function orderOf(state: ListState, search: string): Order {
    return {
        ...(search ? { search } : {}),
        ...(state.sort ? { sort: state.sort } : {}),
        ...(state.descending ? { descending: true } : {}),
    };
}

function Whole({ name, input = {}, place = "", fields }: ListProps & { fields: Field[] }) {
    const { title } = useWords();
    const [state, change] = useListState(place, fields);
    const narrow = useMediaQuery("(max-width: 600px)", window.innerWidth <= 600, {
        getInitialValueInEffect: false,
    });
    const search = asRecorded(state.search, fields);
    const order = orderOf(state, search);
    const asking = useFirstPart(name, input, order);
    const columns = chosen(fields, state.columns);
    const count = asking.data?.count ?? 0;
    const shown = {
        name,
        input,
        order,
        first: asking.data?.rows ?? [],
        count,
        columns,
        stale: asking.isPlaceholderData,
    };
    return (
        <div className={classes.list}>
            <div className={classes.tools}>
                <SearchField
                    what={title(name)}
                    value={state.search}
                    search={(text) => change({ search: text })}
                />
                {narrow && <OrderChoice fields={fields} state={state} change={change} />}
                <ColumnsChoice
                    fields={fields}
                    names={state.columns}
                    choose={(names) => change({ columns: names })}
                />
                {asking.data && count > 0 && <Save name={name} input={input} order={order} />}
            </div>
            {search !== state.search.trim() && <Meant word={search} />}
            {asking.error ? (
                <Refused fault={asking.error} again={() => void asking.refetch()} />
            ) : null}
            {asking.data && !asking.error && (
                <Count count={count} search={state.search} stale={asking.isPlaceholderData} />
            )}
            {!asking.data && !asking.error && <Waiting />}
            {asking.data &&
                count > 0 &&
                (narrow ? (
                    <ListCards key={JSON.stringify(order)} {...shown} />
                ) : (
                    <ListTable key={state.search} {...shown} state={state} change={change} />
                ))}
        </div>
    );
}

function Meant({ word }: { word: string }) {
    const { t } = useWords();
    return <p className={classes.meant}>{t("list.searched_as", { word })}</p>;
}

// Said aloud too, so that a search whose rows are out of sight is heard to have ended.
function Count({ count, search, stale }: { count: number; search: string; stale: boolean }) {
    const { t } = useWords();
    const many = new Intl.NumberFormat(document.documentElement.lang).format(count);
    const text = stale
        ? t("waiting")
        : count === 0
          ? search
              ? t("list.nothing", { sought: search })
              : t("list.nothing_yet")
          : search
            ? t("list.count_matching", { count: many, sought: search })
            : t("list.count", { count: many });
    return (
        <p role="status" className={count === 0 ? classes.nothing : classes.count}>
            {text}
        </p>
    );
}

function Save({ name, input, order }: { name: string; input: Values; order: Order }) {
    const { t } = useWords();
    return (
        <a
            className={classes.save}
            href={address(name, { ...input, ...order, format: "csv" })}
            download
        >
            <IconDownload size={20} aria-hidden /> {t("list.csv")}
        </a>
    );
}
